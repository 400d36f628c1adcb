import Hummingbird

/// What the pages are made of, read once: templates, texts in all languages, style sheets and scripts, and the
/// description of the API.
struct StaticFiles: Sendable {
    let templates: Templates
    let assets: StaticAssets
    /// The description of the whole API.
    let openAPI: Response
    private let english: TextCatalog
    private let catalogs: [Language: TextCatalog]

    /// - Parameter directory: `static` of the configuration.
    /// - Throws: ``StaticFilesError``, with the file that is wrong.
    init(directory: String) throws(StaticFilesError) {
        do {
            func catalog(_ language: Language) throws -> TextCatalog {
                try TextCatalog(path: "\(directory)/text/\(language.rawValue).json")
            }
            english = try catalog(.english)
            catalogs = Dictionary(uniqueKeysWithValues: try Language.allCases.map { ($0, try catalog($0)) })
            templates = try Templates(directory: directory + "/templates")
            assets = try StaticAssets(directory: directory)
            openAPI = .json(try OpenAPI.document(in: directory + "/openapi"))
        } catch {
            throw StaticFilesError(directory: directory, reason: "\(error)")
        }
    }

    /// The texts in the language of the present request.
    var texts: TextCatalog { catalogs[Language.current] ?? english }
}

/// The pages' files are not usable.
struct StaticFilesError: Error, CustomStringConvertible {
    let directory: String
    let reason: String

    var description: String {
        "The pages' templates, texts and styles in \(directory) can't be read: \(reason). Set “static” in berth.yaml to where they lie."
    }
}
