"""How a receiver checks a signature, to copy."""

from typing import NamedTuple


class Snippet(NamedTuple):
    language: str
    install: str
    code: str


PYTHON = '''\
import base64, hashlib, hmac, os, time

SECRET = os.environ["ROR_WEBHOOK_SECRET"]  # whsec_...

def is_genuine(headers, body: bytes) -> bool:
    """Call with the raw body, before parsing it."""
    sent_at = int(headers["webhook-timestamp"])
    if abs(time.time() - sent_at) > 300:
        return False
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    signatures = headers["webhook-signature"].split()
    return any(hmac.compare_digest(f"v1,{expected}", one) for one in signatures)

# Act once per headers["webhook-id"]: a repeat carries the same id and the same body.
# Answer 2xx quickly, then work.
'''
NODE = """\
const crypto = require("node:crypto");

const secret = process.env.ROR_WEBHOOK_SECRET; // whsec_...

// Call with the raw body (a Buffer or string), before parsing it.
function isGenuine(headers, body) {
  const sentAt = Number(headers["webhook-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - sentAt) <= 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = crypto.createHmac("sha256", key)
    .update(`${headers["webhook-id"]}.${sentAt}.`).update(body).digest();
  return headers["webhook-signature"].split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && crypto.timingSafeEqual(given, expected);
  });
}

// Act once per headers["webhook-id"]: a repeat carries the same id and the same body.
// Answer 2xx quickly, then work.
"""
SNIPPETS = [
    Snippet("Python", "Standard library only", PYTHON),
    Snippet("Node.js", "Standard library only", NODE),
]
