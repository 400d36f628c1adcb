import Environments
import Foundation
import Glibc
import TLS

/// A package as the installer once linked it: what it comes to in every environment, so that the next one gets it
/// without the installer.
///
/// `store/linked/KEY/tree` has its files, and its record in `conda-meta`: those that name the prefix as the installer
/// wrote them, the others as further names of the package cache's. `store/linked/KEY/files` says of each what it is.
struct LinkedPackage: Sendable {
    let package: CondaPackage
    /// What the files depend on, as a digest: all that the lock says about the package, and where its files go by
    /// the Python that it is installed for, all that the lock says about that.
    let key: String
    private let directory: String

    private var tree: String { directory + "/tree" }
    /// conda's record of it, below the prefix.
    var record: String { CondaMetadata.record(of: package) }

    /// - Parameter directory: What holds all of them.
    private init(_ package: CondaPackage, python: LinkedPackage?, in directory: String) {
        self.package = package
        // Whoever brings a lock may say anything in it. What is not the same in all of it is not the same package.
        let optional = [package.sha256, package.md5, package.size.map { "\($0)" }, package.noarch, package.sitePackages, package.license]
        let text =
            [BuildID.prefix, package.name, package.version, package.build, "\(package.buildNumber)", package.url, package.subdir]
            + optional.map { $0.map { "=\($0)" } ?? "" } + ["\(package.depends.count)"] + package.depends + package.constrains
            + [package.noarch == "python" ? python?.key ?? "" : ""]
        // Each with its length, so that no two lists of texts come to the same.
        let whole = text.map { "\($0.utf8.count):\($0)" }.joined()
        key = String(Digest(sha256: whole.utf8).description.prefix(32))
        self.directory = directory + "/" + key
    }

    /// The packages of `lock`, whether they are there or not.
    static func all(of lock: Lock, in layout: StoreLayout) -> [LinkedPackage] {
        let python = lock.packages.first { $0.name == "python" }.map { LinkedPackage($0, python: nil, in: layout.linked) }
        return lock.packages.map { LinkedPackage($0, python: python, in: layout.linked) }
    }

    /// Whether it is there, whole: it gets its name only when it is.
    var exists: Bool { access(directory, F_OK) == 0 }

    /// Gives what ``InstalledTree`` has made at `path` its name.
    func adopt(_ path: String) throws(FileError) {
        guard rename(path, directory) == 0 || errno == EEXIST || errno == ENOTEMPTY else { throw FileError("keep", path) }
    }

    /// Makes of `packages` an environment in the new directory `root`; blocks.
    ///
    /// - Parameter owner: Of all that is not shared.
    static func link(_ packages: [LinkedPackage], into root: String, owner: UInt32) throws(FileError) -> BuildContents {
        let files = try packages.mapOnAllCores { package throws(FileError) in try package.entries().map { (package, $0) } }.joined()
        let tree = try NewTree(root, for: files.map(\.1.path), owner: owner)
        // By directory, which is then looked up once, and the packages one after the other.
        let places = Dictionary(grouping: files) { $0.1.path.parted.directory }
        return BuildContents(
            all: try tree.directories.mapOnAllCores { directory throws(FileError) in
                var contents = BuildContents()
                let place = try tree.directory(directory)
                var rest = (places[directory] ?? [])[...]
                while let package = rest.first?.0 {
                    let own = rest.prefix { $0.0.key == package.key }
                    rest = rest.dropFirst(own.count)
                    let source = try OpenDirectory(directory.isEmpty ? package.tree : "\(package.tree)/\(directory)")
                    for (_, entry) in own { try entry.link(from: source, into: place, owner: owner, &contents) }
                }
                contents.note(directory: directory, try place.status)
                return contents
            })
    }

    /// Its files but for the links, with where they are.
    func sharedFiles() throws(FileError) -> [(entry: Entry, path: String, status: stat)] {
        try entries().filter { $0.kind == .shared }.map { entry throws(FileError) in
            let path = tree + "/" + entry.path
            return (entry, path, try status(of: path))
        }
    }

    /// One file or link of it.
    struct Entry: Sendable {
        /// What the file needs in an environment.
        enum Kind: Character, Sendable {
            /// A further name.
            case shared = " "
            /// A link of its own.
            case link = "@"
        }

        let kind: Kind
        /// SHA-256 of the file, as it is here; of a link's target.
        let digest: String
        /// Below the prefix.
        let path: String
    }

    private func entries() throws(FileError) -> [Entry] {
        let list = directory + "/files"
        return try withBytes(of: Array(list.utf8CString), size: Int(try status(of: list).st_size)) { bytes throws(FileError) in
            try bytes.split(separator: UInt8(ascii: "\n")).map { line throws(FileError) in
                guard let entry = Entry(line: UnsafeRawBufferPointer(rebasing: line)) else {
                    throw FileError("understand", list, code: EINVAL)
                }
                return entry
            }
        }
    }
}

extension LinkedPackage.Entry {
    /// As `sha256sum` writes it: digest, a space, the kind, the path.
    var line: String { "\(digest) \(kind.rawValue)\(path)\n" }

    fileprivate init?(line: UnsafeRawBufferPointer) {
        guard line.count > 66, line.isPrintableASCII, let kind = Kind(rawValue: Character(UnicodeScalar(line[65])))
        else { return nil }
        self.init(
            kind: kind, digest: String(decoding: line.prefix(64), as: UTF8.self), path: String(decoding: line.dropFirst(66), as: UTF8.self))
    }

    /// Puts it into the directory `place`, from the same directory of the package.
    fileprivate func link(
        from source: borrowing OpenDirectory, into place: borrowing OpenDirectory, owner: UInt32, _ contents: inout BuildContents
    ) throws(FileError) {
        let name = path.parted.name, isSource = PythonSource.isSource(path)
        switch kind {
        case .shared:
            try place.share(name, in: source.descriptor, as: name)
            contents.note(path, digest: digest, try place.settle(name, owner: owner), isShared: true, isSource: isSource)
        case .link:
            let target = try target(ofLink: "\(source.path)/\(name)")
            try place.link(name, to: target)
            contents.note(path, link: target, try place.settle(name, owner: owner))
        }
    }
}
