"""A sign-in service on this machine, a real one (OpenID Connect), which misbehaves as a test wishes."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

LOOPBACK = "127.0.0.1"
CLIENT, SECRET = "shencha-web", "a secret for tests"
MINUTE = 60


@dataclass
class Provider:
    """Who sits at the browser (`subject`), and what is wrong with the token it hands out (`wrong`).

    `wrong` is one of nonce, issuer, audience, signature, expired, unsigned, missing; None is a good token.
    """

    issuer: str
    subject: str = "A001"
    wrong: str | None = None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "house"}))
    strangers_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "house"}))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    ends: bool = True  # whether it can be asked to end its own session
    left: list[dict[str, str]] = field(default_factory=list)  # what it was asked so

    def metadata(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            **({"end_session_endpoint": f"{self.issuer}/end"} if self.ends else {}),
        }

    def authorized(self, asked: dict[str, str]) -> str:
        """Return where the browser is sent back to, as if the person had just said yes."""
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, said: dict[str, str]) -> dict[str, Any] | None:
        """Return what a code is worth, once; None where the code or its proof is not good."""
        asked = self.asked.pop(said.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != said.get("redirect_uri"):
            return None
        proof = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": MINUTE}
        return answer if self.wrong == "missing" else {**answer, "id_token": self._signed(asked["nonce"])}

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": "http://127.0.0.1:1/elsewhere" if self.wrong == "issuer" else self.issuer,
            "aud": "another-client" if self.wrong == "audience" else CLIENT,
            "nonce": "of another sign-in" if self.wrong == "nonce" else nonce,
            "iat": now,
            "exp": now - 10 * MINUTE if self.wrong == "expired" else now + MINUTE,
            "sub": self.subject,
        }
        if self.wrong == "unsigned":
            parts = ({"alg": "none"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
        key = self.strangers_key if self.wrong == "signature" else self.key
        return jwt.encode({"alg": "RS256", "kid": "house"}, claims, key)


@contextmanager
def sign_in_service() -> Iterator[Provider]:
    """Run a provider for the block."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            path = urlsplit(self.path).path
            if path == "/.well-known/openid-configuration":
                self._tell(200, provider.metadata())
            elif path == "/keys":
                self._tell(200, {"keys": [provider.key.as_dict(private=False)]})
            elif path == "/authorize" and asked.get("client_id") == CLIENT:
                self.send_response(302)
                self.send_header("Location", provider.authorized(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path == "/end":
                provider.left.append(asked)
                self.send_response(302)
                self.send_header("Location", asked["post_logout_redirect_uri"])
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._tell(404, {"error": "not_found"})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            known = self.headers.get("Authorization") == f"Basic {basic}"
            said = {name: values[0] for name, values in parse_qs(sent).items()}
            answer = provider.token(said) if known and self.path == "/token" else None
            if answer is None:
                self._tell(400, {"error": "invalid_grant"})
            else:
                self._tell(200, answer)

        def _tell(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    provider = Provider(f"http://{LOOPBACK}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
