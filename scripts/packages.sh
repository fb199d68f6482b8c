#!/bin/sh
# Builds everything that is handed out: packages for Debian and Red Hat, and
# archives for everybody else, each with a bill of materials. The same commit
# gives the same bytes in any folder: dates are those of the commit, or of
# SOURCE_DATE_EPOCH. DIST is the folder to make, an absolute path; ARCHES are the
# architectures to build for.
set -eu
cd "$(dirname "$0")/.."
umask 022
VERSION=${VERSION:-$(git describe --tags --always --dirty)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
dist=${DIST:-$PWD/dist}
export VERSION SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC

# A package's version has no dash and sorts: 1.2.0~rc1 comes before 1.2.0, that
# before the commits after it (1.2.0+3.gabc), and what has no tag before all.
case $VERSION in
v[0-9]*) PACKAGE_VERSION=$(echo "${VERSION#v}" | sed 's/-\([0-9]*\)-g/+\1.g/; s/-dirty$/+dirty/; s/-/~/g') ;;
*) PACKAGE_VERSION=0~$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$(echo "$VERSION" | tr - .) ;;
esac
MAINTAINER='The Valence developers <maintainers@valence-rsd.example>'
export PACKAGE_VERSION MAINTAINER

# A module of its own: nfpm and the linter ask for different versions of the same.
go build -C tools/nfpm -o ../../bin/nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm
nfpm=$PWD/bin/nfpm
[ "${DIST:-}" ] || rm -rf "$dist" # what is not ours is not removed
mkdir "$dist"
for arch in ${ARCHES:-amd64 arm64}; do
	GOOS=linux GOARCH=$arch make -s build BIN="$dist/build/$arch"
done

# The pages are written by what this machine can run.
native=$dist/build/$(go env GOHOSTARCH)
[ -d "$native" ] || make -s build BIN="$native"
go run ./packaging/man -bin "$native" -version "$VERSION" "$dist/build/man"
"$native/valence-api" config sample >"$dist/build/valence.conf"
gzip -9n >"$dist/build/changelog.Debian.gz" <<END
valence ($PACKAGE_VERSION-1) unstable; urgency=medium

  * Version $VERSION; what is new is in changelog.gz.

 -- $MAINTAINER  $(date -d "@$SOURCE_DATE_EPOCH" -R)
END
find "$dist/build/man" -type f -exec gzip -9n {} +
gzip -9nc CHANGELOG.md >"$dist/build/changelog.gz"

for arch in ${ARCHES:-amd64 arm64}; do
	stage=$dist/build/stage-$arch
	mkdir "$stage"
	mv "$dist/build/$arch" "$stage/bin"
	(cd "$dist/build" && cp -r man valence.conf changelog.Debian.gz changelog.gz "$stage/")
	cp -r packaging LICENSE README.md CHANGELOG.md "$stage/"
	cp -r core/shell/scripts "$stage/completions"
	chmod -R u=rwX,go=rX "$stage" # whatever the umask was when this was checked out
	export ARCH="$arch" NAME
	for NAME in valence valence-api valence-podsim; do
		cat "packaging/nfpm/$NAME.yaml" packaging/nfpm/common.yaml >"$stage/nfpm.yaml"
		for packager in deb rpm; do
			(cd "$stage" && "$nfpm" package -f nfpm.yaml -p $packager -t "$dist/" >/dev/null)
		done
	done
	name=valence_${VERSION#v}_linux_$arch
	go run ./packaging/sbom -version "$VERSION" "$stage"/bin/valence* "$stage"/bin/plugins/* >"$dist/$name.sbom.json"
	(cd "$stage" && tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
		--transform="s,^,$name/," -cf - bin man completions valence.conf LICENSE README.md CHANGELOG.md) | gzip -n >"$dist/$name.tar.gz"
done
rm -rf "$dist/build"
(cd "$dist" && sha256sum -- * >SHA256SUMS)
