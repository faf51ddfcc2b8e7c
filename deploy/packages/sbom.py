#!/usr/bin/env python3
"""Says what a program was really made of: an SPDX 2.3 document and, for people, the text of LIBRARIES.

  sbom.py BUILD PROGRAM MAP|- VERSION COMMIT SECONDS SPDX [LIBRARIES LICENCES]

Archives come from the linker's map, shared libraries from ldd, headers from what ninja recorded of the compilations; dpkg says which package each
of these files belongs to. Nothing is listed by hand.
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

HOW = {"inside": "STATIC_LINK", "shared": "DYNAMIC_LINK", "headers": "GENERATED_FROM"}


def said(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def packages_of(files):
    """{package: version} of the packages that the files belong to."""
    found = {}
    paths = sorted({path for file in files for path in (file, str(pathlib.Path(file).resolve()))})
    # A path may be known as /lib/... alone where /lib is a link to /usr/lib.
    paths += [path.removeprefix("/usr") for path in paths if path.startswith("/usr/lib")]
    done = subprocess.run(["dpkg", "-S", *paths], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        for package in line.rsplit(": ", 1)[0].split(", "):
            name = package.split(":")[0]
            if not name.startswith("diversion by"):
                found[name] = said("dpkg-query", "-W", "-f", "${Version}\n", name).split()[0]
    return found


def archives(map_file):
    text = pathlib.Path(map_file).read_text(errors="replace")
    return sorted({match for match in re.findall(r"^(?:LOAD )?(/usr/lib/\S+?\.[ao])(?:\(|$)", text, re.M) if "/crt" not in match})


def shared(program):
    return sorted(re.findall(r"=> (/\S+)", said("ldd", program)))


def headers(build, targets):
    """The system's headers in the compilations of what the program is linked of."""
    out = set()
    taken = False
    for line in said("ninja", "-C", build, "-t", "deps").splitlines():
        if line and not line.startswith(" "):
            taken = line.startswith(targets)
        elif taken and line.strip().startswith("/usr/include/"):
            out.add(line.strip())
    return sorted(out)


def identifier(how, name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]", "-", f"{how}-{name}")


def document(parts, program, version, commit, seconds):
    digest = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
    packages = [{"name": "mooring", "SPDXID": "SPDXRef-mooring", "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                 "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "sourceInfo": f"commit {commit}",
                 "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-mooring"}]
    for how, found in parts.items():
        for name, version_of in sorted(found.items()):
            packages.append({"name": name, "SPDXID": identifier(how, name), "versionInfo": version_of, "downloadLocation": "NOASSERTION",
                             "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
                             "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                               "referenceLocator": f"pkg:deb/debian/{name}@{version_of.replace('+', '%2B').replace(':', '%3A')}?arch=amd64"}]})
            relations.append({"spdxElementId": "SPDXRef-mooring", "relationshipType": HOW[how], "relatedSpdxElement": identifier(how, name)})
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"mooring-{version}",
            "documentNamespace": f"urn:mooring:sbom:{version}:{digest}",
            "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds))), "creators": ["Tool: mooring-sbom"]},
            "packages": packages, "relationships": relations}


def for_people(parts, program, version):
    glibc = sorted(set(re.findall(r"GLIBC_([0-9.]+)", said("objdump", "-T", program))), key=lambda text: [int(part) for part in text.split(".")])
    out = [f"Mooring {version}, Linux x86-64. What is inside, by the Debian package that it was taken from; the licence of each is in", "share/doc/mooring/licences/PACKAGE.", ""]
    titles = {"inside": "Linked in, nothing of it is needed on the machine:", "headers": "Compiled in from headers:", "shared": "Needed of the machine:"}
    for how, title in titles.items():
        out += [title, *(f"  {name} {version_of}" for name, version_of in sorted(parts[how].items())), ""]
    out += [f"The newest symbol of the C library that it asks for is of glibc {glibc[-1]}: it starts on that and every newer one.",
            "fmt and spdlog are compiled in from their headers. libsystemd is not used."]
    return "\n".join(out) + "\n"


def keep_licences(parts, folder):
    """What is linked or compiled in goes along with its notice."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted({**parts["inside"], **parts["headers"]}):
        shutil.copyfile(f"/usr/share/doc/{name}/copyright", folder / name)


def main(build, program, map_file, version, commit, seconds, spdx, libraries=None, licences=None):
    inside = packages_of(archives(map_file)) if map_file != "-" else {}
    compiled = packages_of(headers(build, ("agent/", "schema/", "CMakeFiles/mooring_boost")))
    # Headers of what is linked are said already; those of the C library and the kernel are declarations alone.
    linked = packages_of(shared(program))
    compiled = {name: of for name, of in compiled.items() if name not in inside and not name.startswith(("libc6-dev", "linux-libc-dev"))}
    parts = {"inside": inside, "shared": linked, "headers": compiled}
    pathlib.Path(spdx).write_text(json.dumps(document(parts, program, version, commit, seconds), indent=1) + "\n")
    if libraries:
        pathlib.Path(libraries).write_text(for_people(parts, program, version))
    if licences:
        keep_licences(parts, licences)


if __name__ == "__main__":
    main(*sys.argv[1:])
