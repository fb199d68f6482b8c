"""What mkdocs cannot do by itself: links out of docs/, and a search without a web server."""

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


def on_post_build(config, **_):
    """A page that was opened from a folder may load a script, but no JSON."""
    index = Path(config.site_dir, "search", "search_index.json")
    index.with_name("index.js").write_text(f"found.load({index.read_text()});\n")
    index.unlink()
