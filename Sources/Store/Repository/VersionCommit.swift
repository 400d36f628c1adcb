import Environments
import Foundation
import Phrases

/// A commit with a version's files, in the form of git-fast-import(1): one process, and the branch moves last.
struct VersionCommit {
    /// What it stands on.
    enum Origin {
        case nothing
        /// The present version: files that are not Berth's stay as they are there.
        case main
        /// The present version and a commit that somebody pushed, whose files it takes.
        case push(commit: String, tree: String)
    }

    let version: EnvironmentVersion
    let author: String
    /// Seconds since 1970.
    let time: Int
    /// One line.
    let message: String
    let origin: Origin

    var stream: Data {
        get throws {
            // What would end the name early in Git's format, and control characters.
            let name = author.filter { !"<>\n\0".contains($0) && !$0.isNewline }
            let body = "\(message)\n\n\(Phrase.packages(version.lock.count)) for \(version.lock.platform)\n\nBuild: \(try version.build)\n"
            var stream = Data("commit refs/heads/main\n".utf8)
            stream.append(Data("committer \(name) <\(name)@localhost> \(time) +0000\n".utf8))
            stream.append(Data("data \(body.utf8.count)\n\(body)\n".utf8))
            switch origin {
            case .nothing: break
            case .main: stream.append(Data("from refs/heads/main^0\n".utf8))
            case .push(let commit, let tree):
                stream.append(Data("from refs/heads/main^0\nmerge \(commit)\nM 040000 \(tree) \n".utf8))
            }
            // What is Berth's and not in this version must not stay from another.
            if case .nothing = origin {} else { stream.append(Data(EnvironmentVersion.fileNames.map { "D \($0)\n" }.joined().utf8)) }
            for file in try version.files {
                stream.append(Data("M 100644 inline \(file.name)\ndata \(file.content.count)\n".utf8))
                stream.append(file.content)
                stream.append(Data("\n".utf8))
            }
            stream.append(Data("done\n".utf8))
            return stream
        }
    }
}
