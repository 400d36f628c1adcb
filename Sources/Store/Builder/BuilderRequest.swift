import Environments

/// What the builder is asked for; each verb reads the fields it needs.
struct BuilderRequest: Encodable {
    // solve
    var channels: [String]?
    /// `strict` or `disabled`.
    var channelPriority: String?
    var platform: String?
    var virtualPackages: [String]?
    /// Whether the container's own system counts too: it is the host's.
    var detect: Bool?
    /// The newest that a package may be, as ISO 8601 writes it.
    var cutOff: String?
    var repodata: String?
    /// The match specs of the recipe.
    var specs: [String]?
    /// Packages of which it is to be told whether the channels have them.
    var lookFor: [String]?

    // solve, describe
    /// Which channels' packages have to be signed, and by whom.
    var attestations: [Attestation]?
    /// `update`, `embedded`, or the JSON of a Sigstore trusted root.
    var sigstoreRoot: String?

    /// What packages of one channel have to be.
    struct Attestation: Encodable {
        /// A URL.
        let channel: String
        /// The channel that they were signed for; another one where `channel` is a mirror.
        let target: String
        let mode: String
        /// The signer's identity; `*` stands for anything.
        let identity: String
        let issuer: String?
    }

    // describe
    var wanted: [LockFile.Package]?
    /// Whether what is gone may be replaced.
    var nearest: Bool?

    // import
    /// The packages whose modules are imported.
    var names: [String]?
    /// Of the environment.
    var variables: [String: String]?

    // install
    var packages: [CondaPackage]?
    /// Where it is linked to, and the path that it is made for.
    var target: String?
    var prefix: String?
    var cache: String?

    // solve, describe, install, pip-resolve, pip-foreign, pip-fetch
    /// The socket of the way out; nil where the container has a network.
    var egress: String?

    // pip-resolve
    /// The C library that the environment runs with; nil for the builder's own.
    var glibc: String?

    // pip-foreign
    /// The version of the Python that is there.
    var python: String?

    // pip-resolve, pip-foreign, pip-fetch
    var lines: [String]?
    var pip: [PipPackage]?
    var options: [String]?

    // pip-install
    var wheels: [Wheel]?

    /// A wheel in the directory `shelf`.
    struct Wheel: Encodable {
        let package: PipPackage
        let file: String
        let sha256: String
    }

    var shelf: String?

    // pip-resolve, pip-foreign, pip-fetch, pip-install, compile, import
    var scratch: String?

    // compile
    var sources: [PythonSource]?
    /// The prefix of the Python that compiles.
    var interpreter: String?
}
