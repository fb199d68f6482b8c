"""What mkdocs cannot do by itself: links that lead out of docs/."""

import logging
import posixpath
import re
from pathlib import Path

log = logging.getLogger("mkdocs.plugins.site")
root = Path(__file__).parents[2]
LINK = re.compile(r"(?<=\]\()[^)\s#]+")


def on_page_markdown(markdown, page, config, **_):
    """Links to files of the repository, of which the site has no copy, lead to the forge."""
    folder = posixpath.join("docs", posixpath.dirname(page.file.src_uri))

    def outward(match):
        path = posixpath.normpath(posixpath.join(folder, match[0]))
        if "://" in match[0] or path.startswith("docs/"):
            return match[0]
        if not (root / path).exists():
            # With --strict a warning ends the build.
            log.warning("%s: nothing is at %s", page.file.src_uri, match[0])
        kind = "tree" if (root / path).is_dir() else "blob"
        return f"{config.repo_url.rstrip('/')}/{kind}/main/{path}"

    return LINK.sub(outward, markdown)
