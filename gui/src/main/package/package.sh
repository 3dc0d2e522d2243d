#!/bin/sh
# Builds the app with its own runtime: gui/target/package/Jackdaw (run bin/Jackdaw) and, where dpkg-deb is, a .deb.
#
#   gui/src/main/package/package.sh [VERSION]
#
# Needs a JDK 25 with jlink and jpackage: JAVA_HOME, or what is below /usr/lib/jvm.
set -e
version=${1:-0.1.0}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../../.." && pwd -P)
here=$root/gui/src/main/package
out=$root/gui/target/package

jdk=
for candidate in "$JAVA_HOME" /usr/lib/jvm/*; do
    if [ -x "$candidate/bin/jpackage" ] && grep -q '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$candidate/release" 2>/dev/null; then
        jdk=$candidate
        break
    fi
done
[ -n "$jdk" ] || { echo "package.sh: no JDK 25 or later with jpackage found; set JAVA_HOME to one" >&2; exit 1; }

cd "$root"
./mvnw -q -B -ntp -Pdesktop -pl gui -am package -DskipTests
rm -rf "$out"
mkdir -p "$out"

# The runtime has modules of the JDK and of JavaFX only; the application is on the class path, since the bencode library
# is no module. The JavaFX jars without a platform in their name are empty. Their native libraries go where JavaFX looks
# first: it would unpack them into the user's home at the first start, and compare them at every other.
javafx=$(ls gui/target/app/javafx-*-*-*.jar 2>/dev/null || ls gui/target/app/javafx-*-linux*.jar)
"$jdk/bin/jlink" --output "$out/runtime" --strip-debug --no-header-files --no-man-pages --compress zip-0 \
    --module-path "$(printf '%s\n' $javafx | tr '\n' ':')" --generate-cds-archive --include-locales en,de \
    --exclude-resources '/javafx.graphics/*.so' \
    --add-modules java.base,java.logging,java.net.http,java.management,java.naming,jdk.unsupported,jdk.crypto.ec,jdk.localedata,jdk.charsets,javafx.controls
mkdir "$out/native"
for jar in $javafx; do (cd "$out/native" && "$jdk/bin/jar" -xf "$root/$jar"); done
find "$out/native" -maxdepth 1 -name '*.so' -exec cp {} "$out/runtime/lib/" ';'
rm -rf "$out/native"

mkdir "$out/input"
cp gui/target/app/*.jar "$out/input"
rm "$out"/input/javafx-*.jar
cp gui/target/gui-*.jar "$out/input/jackdaw-gui.jar"

# Style sheets in the form that is read quickly.
"$out/runtime/bin/java" --add-modules=javafx.controls -cp "$(printf '%s:' "$out"/input/*.jar)" \
    dev.jackdaw.gui.StyleCompiler "$out/styles"
"$jdk/bin/jar" -uf "$out/input/jackdaw-gui.jar" -C "$out/styles" .
rm -rf "$out/styles"

image() {
    "$jdk/bin/jpackage" --type app-image --dest "$out" --name Jackdaw --app-version "$version" --vendor "Jackdaw" \
        --description "BitTorrent for the desktop" --input "$out/input" --runtime-image "$out/runtime" \
        --main-jar jackdaw-gui.jar --main-class dev.jackdaw.gui.Launcher --icon "$here/jackdaw.png" "$@" \
        --java-options --add-modules=javafx.controls --java-options --enable-native-access=javafx.graphics,ALL-UNNAMED \
        --java-options -XX:+UseSerialGC --java-options -XX:+UseCompactObjectHeaders --java-options -Xmx512m \
        --java-options -Xss512k --java-options -XX:-UsePerfData --java-options '-XX:AOTCache=$APPDIR/jackdaw.aot' \
        --java-options -Xlog:disable --java-options -Xlog:all=error:stderr
}
image

# Rehearses a start, so that the next ones find their classes loaded and linked. Without it the app only starts more slowly.
app=$out/Jackdaw/lib/app
classpath=$(sed -n 's/^app.classpath=//p' "$app/Jackdaw.cfg" | sed "s|\$APPDIR|$app|" | tr '\n' ':')
"$out/Jackdaw/lib/runtime/bin/java" -XX:AOTCacheOutput="$app/jackdaw.aot" \
    --add-modules=javafx.controls --enable-native-access=javafx.graphics,ALL-UNNAMED \
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx512m -Xss512k -Dglass.platform=Headless -Dprism.order=sw \
    -Djpackage.app-version="$version" -cp "${classpath%:}" dev.jackdaw.gui.Rehearsal > "$out/rehearsal.log" 2>&1 \
    || { rm -f "$app/jackdaw.aot"; echo "note: no ahead-of-time cache, see $out/rehearsal.log" >&2; }

# No script has to run for it: what belongs in other directories is there as files, and dpkg's triggers tell the desktop.
if command -v dpkg-deb > /dev/null; then
    deb=$out/deb
    mkdir -p "$deb/usr/lib" "$deb/usr/bin" "$deb/usr/share/applications" "$deb/usr/share/doc/jackdaw-desktop" \
        "$deb/usr/share/icons/hicolor/256x256/apps" "$deb/DEBIAN"
    cp -a "$out/Jackdaw" "$deb/usr/lib/jackdaw-desktop"
    ln -s ../lib/jackdaw-desktop/bin/Jackdaw "$deb/usr/bin/jackdaw-desktop"
    cp "$here/deb/jackdaw-desktop.desktop" "$deb/usr/share/applications/"
    cp "$here/jackdaw.png" "$deb/usr/share/icons/hicolor/256x256/apps/jackdaw.png"
    cp LICENSE "$deb/usr/share/doc/jackdaw-desktop/copyright"
    sed -e "s/@version@/$version/" -e "s/@architecture@/$(dpkg --print-architecture)/" \
        -e "s/@size@/$(du -sk "$deb/usr" | cut -f 1)/" "$here/deb/control" > "$deb/DEBIAN/control"
    chmod -R u+rwX,go+rX,go-w "$deb"
    dpkg-deb --root-owner-group --build "$deb" "$out/jackdaw-desktop_${version}_$(dpkg --print-architecture).deb" > /dev/null
    rm -rf "$deb"
fi
rm -rf "$out/input" "$out/runtime"
du -sh "$out"/Jackdaw "$out"/*.deb 2>/dev/null || true
