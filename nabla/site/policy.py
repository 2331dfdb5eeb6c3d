"""The Content-Security-Policy of a page: our own host only, no inline script but those it has.

A static site sends no headers of its own, so the policy is a meta tag, before all that it
rules over. Each inline script is allowed by its hash; JSON in a script is not run.
"""

import base64
import hashlib
import re

CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>')
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
META = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
EMPTY_TABINDEX = re.compile(r' tabindex=""')
TOGGLE = re.compile(r'(<input\b[^>]*type="checkbox"[^>]*?) autocomplete="off"')
RULES = {
    # By this rule Firefox judges what it fetches ahead, which no rule of its own allows.
    "default-src": "'self'",
    "child-src": "'none'",
    "frame-src": "'none'",
    "media-src": "'none'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def add_policy(html: str) -> str:
    """Return a page with its policy, right after the line that names its encoding.

    Raises ValueError where there is no such line.
    """
    if not CHARSET.search(html):
        raise ValueError("the page names no encoding")
    hashes = sorted({_hash(script) for script in INLINE.findall(html)})
    rules = {**RULES, "script-src": " ".join([RULES["script-src"], *hashes])}
    policy = "; ".join(f"{rule} {sources}" for rule, sources in rules.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return CHARSET.sub(lambda match: f"{match[0]}\n  {meta}", html, count=1)


def remove_policy(html: str) -> str:
    """Return a page without its policy: read from a folder, it has no host of its own."""
    return META.sub("", html)


def remove_invalid(html: str) -> str:
    """Return a page without the attributes of Material's templates that HTML does not allow."""
    return TOGGLE.sub(r"\1", EMPTY_TABINDEX.sub("", html))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
