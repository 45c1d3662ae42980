"""An identity provider of our own: its keys, its codes, its tokens; a test bends whatever it likes."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from registry.errors import Unavailable
from registry.values.time import SECOND

ISSUER = "https://id.example"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class SimulatedProvider:
    """Answers as a carrier would bring it. `claims` go into the next token, None takes one out."""

    clock: object
    client_id: str = "registry"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", parameters={"kid": "p1", "use": "sig"}))
    claims: dict = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)
    header: dict = field(default_factory=dict)
    signer: object = None
    down: bool = False
    asked: list[str] = field(default_factory=list)
    published: list | None = None
    token: object = None
    _codes: dict[str, dict] = field(default_factory=dict)

    def signs_in(self, address: str, **claims) -> dict[str, str]:
        """Do what the person does at the provider; gives what the browser brings back."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = said | {"claims": claims}
        return {"code": code, "state": said["state"], "iss": ISSUER}

    async def get(self, address: str, /) -> bytes:
        self.asked.append(address)
        if self.down:
            raise Unavailable("identity-provider-unreachable")
        if address.endswith("/.well-known/openid-configuration"):
            said = {
                "issuer": ISSUER,
                "authorization_endpoint": ISSUER + "/authorize",
                "token_endpoint": ISSUER + "/token",
                "jwks_uri": ISSUER + "/keys",
                "authorization_response_iss_parameter_supported": True,
            }
            return orjson.dumps({name: value for name, value in (said | self.metadata).items() if value is not None})
        own = [self.key.as_dict(private=False)]
        return orjson.dumps({"keys": own if self.published is None else self.published})

    async def post(self, address: str, form: Mapping[str, str], /, *, basic=None) -> bytes:
        self.asked.append(address)
        self.form, self.basic = dict(form), basic
        given = self._codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if given is None or given["code_challenge"] != challenge:
            raise Unavailable("identity-provider-unreachable")
        if self.token is not None:
            return orjson.dumps(self.token)
        return orjson.dumps({"id_token": self.signed({"nonce": given["nonce"]} | given["claims"]), "access_token": "x"})

    def signed(self, more: dict) -> str:
        now = self.clock.now // SECOND
        said = {
            "iss": ISSUER,
            "aud": self.client_id,
            "sub": "officer-7",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "acr": "loa3",
        }
        said = {name: value for name, value in (said | more | self.claims).items() if value is not None}
        signer = self.signer or self.key
        algorithm = "HS256" if isinstance(signer, OctKey) else "ES256"
        header = {"alg": algorithm, "kid": "p1"} | self.header
        return jws.serialize_compact(header, orjson.dumps(said), signer, algorithms=[algorithm])

    def logged_out(self, **more) -> str:
        said = {"events": {LOGOUT: {}}, "jti": "j1", "sid": "s1", "auth_time": None, "acr": None, "nonce": None}
        return self.signed(said | more)
