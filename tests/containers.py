"""ASiC-S containers made for tests: the structure of the format, with a signature that nobody verifies."""

import hashlib
from base64 import b64encode
from io import BytesIO
from zipfile import ZipFile

METHOD = "http://www.w3.org/2001/04/xmlenc#sha256"
DS = "http://www.w3.org/2000/09/xmldsig#"


def signature(content, *, method=METHOD, algorithm="sha256", uri="SignedContent.zip", inner="", value=None):
    digest = b64encode(hashlib.new(algorithm, content).digest()).decode() if value is None else value
    return (
        f'<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="{DS}"><ds:Signature>'
        f'<ds:SignedInfo><ds:Reference URI="{uri}">{inner}<ds:DigestMethod Algorithm="{method}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
        '<ds:Reference URI="#xades"/></ds:SignedInfo></ds:Signature></asic:XAdESSignatures>'
    ).encode()


def a_container(content, *, signed=None, xml=None, more=()):
    """A container of this content; `signed` is what the signature was made of, if something else."""
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-s+zip")
        archive.writestr("SignedContent.zip", content)
        archive.writestr("META-INF/signatures.xml", xml or signature(content if signed is None else signed))
        for name, given in more:
            archive.writestr(name, given)
    return written.getvalue()
