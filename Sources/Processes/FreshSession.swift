import CLinux
import Glibc

/// Lends the attributes that every program gets which is started here: a session of its own, and all signals as a
/// new process has them, whatever this one blocks or ignores (posix_spawn(3)).
public func withFreshSession<Result>(_ body: (inout posix_spawnattr_t) -> Result) -> Result {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | LINUX_POSIX_SPAWN_SETSID)
    return body(&attributes)
}
