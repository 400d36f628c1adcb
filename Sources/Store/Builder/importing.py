"""import: what was asked for, in a build that is finished."""

import imports
from telling import progress, tell


def import_all(request):
    progress("verifying", "Importing the packages")
    for package, modules in imports.modules(request["prefix"], request["names"]).items():
        for module in modules:
            reason = imports.failure(request["prefix"], module, request["scratch"], request["variables"])
            tell(imported={"package": package, "module": module, "error": reason})
