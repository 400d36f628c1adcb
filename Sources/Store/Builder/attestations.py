"""What the publishers of a channel have signed of its packages (CEP 27, CEP 50), judged before a lock names them.

A lock holds a package's SHA-256, and the signature is of exactly that: whatever is fetched later by the lock is what
was judged here. Signatures are verified by py-rattler: certificate, transparency log and inclusion in it.
"""

import asyncio

# Side by side: each is a small file of the channel's.
AT_ONCE = 8


async def judge(request, records, unlisted=()):
    """The packages that are not attested as their channel's rule demands: lists of sentences for those that must be,
    and for those that should. Of `unlisted` no channel says anything."""
    rules = request.get("attestations") or []
    lost = [
        (rule["mode"], f"{package['name']} {package['version']}: its channel does not list it, so nothing says who made it")
        for package in unlisted if (rule := rule_of(rules, package["url"]))]
    asked = [(record, rule) for record in records if (rule := rule_of(rules, record.url))]
    root, turn = trusted_root(request["sigstoreRoot"]) if asked else None, asyncio.Semaphore(AT_ONCE)

    async def look(record, rule):
        async with turn:
            return rule["mode"], await problem(record, rule, root)

    found = lost + list(await asyncio.gather(*(look(record, rule) for record, rule in asked)))
    return [text for mode, text in found if text and mode == "require"], [text for mode, text in found if text and mode == "warn"]


def rule_of(rules, url):
    return next((rule for rule in rules if url.startswith(rule["channel"].rstrip("/") + "/")), None)


def trusted_root(root):
    """`update` for what Sigstore publishes today, `embedded` for what came with the builder; otherwise the very JSON."""
    import rattler.sigstore

    if root == "update":
        return None
    return rattler.sigstore.TrustedRoot.embedded() if root == "embedded" else rattler.sigstore.TrustedRoot.from_json(root)


async def problem(record, rule, root):
    """Why a package is not attested; None where it is."""
    from rattler import sigstore

    name = f"{record.name.normalized} {record.version}"
    publisher = sigstore.Publisher(rule["identity"], sigstore.Issuer(rule["issuer"]) if rule.get("issuer") else None)
    # A mirror's address is no channel that anybody signed for: the channel is compared below.
    policy = sigstore.VerificationPolicy.require(publisher, channel_check=sigstore.ChannelCheck.IGNORE)
    try:
        outcome = await sigstore.verify_attestation(record, policy, trusted_root=root)
    except Exception as error:
        return f"{name}: {' '.join(str(error).split())}"
    target = (outcome.attestation.target_channel or "").rstrip("/")
    if target != rule["target"].rstrip("/"):
        return f"{name}: it was signed for the channel {target or 'of nobody'}, not for {rule['target']}"
    return None
