"""Certificates made on the spot with the openssl command, so that no key and no expiry date lies in the repository."""
import subprocess


def run(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def self_signed(folder, name, subject="/CN=portainer.test", alternative="IP:127.0.0.1", days=None, until=None):
    """NAME.pem and NAME.key: for `days` from now, or `until` a time such as 20200101000000Z."""
    request = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-subj", subject,
               "-addext", f"subjectAltName={alternative}"]
    if until is None:
        run(folder, *request, "-x509", "-days", str(days or 100), "-out", f"{name}.pem")
        return folder / f"{name}.pem", folder / f"{name}.key"
    # `req -x509` cannot make one that has expired; a small authority can.
    (folder / "ca.cnf").write_text("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\n"
                                   "policy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n")
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    run(folder, *request, "-out", f"{name}.csr")
    run(folder, "ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", f"{name}.key", "-in", f"{name}.csr", "-out", f"{name}.pem",
        "-startdate", "20190101000000Z", "-enddate", until, "-notext")
    return folder / f"{name}.pem", folder / f"{name}.key"
