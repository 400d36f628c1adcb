import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// English and Chinese: the same texts in both, by the browser's wish or the person's choice.
@Suite(.timeLimit(.minutes(5))) struct LanguageTests {
    @Test func bothLanguagesHaveTheSameTexts() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "static/text")
        let english = try TextCatalog(path: folder.appending(path: "en.json").path).sections
        for language in Language.allCases {
            let other = try TextCatalog(path: folder.appending(path: "\(language.rawValue).json").path).sections
            // “said” has the sentences of the sources, which are English there; few have other words on a page.
            #expect(Set(other.keys).union(["said"]) == Set(english.keys).union(["said"]))
            for (section, texts) in english where section != "said" {
                #expect(Set(other[section]?.keys.map { $0 } ?? []) == Set(texts.keys), "\(language) \(section)")
                for (key, text) in texts {
                    // What is filled in must be the same.
                    let places = { (text: String) in Set(text.matches(of: /\{[a-z]+\}/).map { String($0.output) }) }
                    #expect(places(other[section]?[key] ?? "") == places(text), "\(language) \(section).\(key)")
                }
            }
        }
    }

    @Test(
        arguments: [
            (nil, nil, Language.english), (nil, "zh-CN,zh;q=0.9,en;q=0.8", .chinese), (nil, "en-US,en;q=0.9,zh;q=0.8", .english),
            (nil, "fr, zh;q=0.3, en;q=0.2", .chinese), (nil, "de", .english), (nil, "zh;q=0", .english), ("en", "zh", .english),
            ("zh", "en", .chinese), ("xx", "zh", .chinese), (nil, ";;,q=,zh;q=x", .chinese),
        ] as [(String?, String?, Language)])
    func theLanguageIsChosen(_ chosen: String?, _ accepted: String?, _ language: Language) {
        #expect(Language(chosen: chosen, accepted: accepted) == language)
    }

    @Test func pagesSpeakIt() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let navigate = ["Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]
        let chinese = try await browser.get("/hub/home", navigate.merging(["Accept-Language": "zh-CN"]) { $1 })
        #expect(chinese.body.contains("<html lang=\"zh\">") && chinese.body.contains("您好"))
        let chosen = try await browser.get("/hub/language?to=zh&next=/hub/token")
        #expect(chosen.location == "/hub/token")
        #expect(try await browser.get("/hub/token").body.contains("您的令牌"))
        #expect(try await browser.get("/hub/language?to=en&next=//evil.example").location == "/hub/home")
        #expect(try await browser.get("/hub/home").body.contains("<html lang=\"en\">"))
    }

    @Test func sentencesOfTheLauncherAreToldInIt() async throws {
        let site = try await Site()
        let (name, image) = ("work", "berth/base:1")
        site.launcher.change {
            $0.start = .failure(LauncherError(.refused, "There is no profile “\(name)” that you may use. Choose one of \(image)."))
        }
        let browser = try await site.browser(loggedInAs: "alice")
        let chinese = ["Accept-Language": "zh", "X-CSRF-Token": browser.csrf]
        // Programs get JupyterHub's English.
        let answer = try await browser.send("POST", "/hub/api/users/alice/server", chinese, "")
        #expect(answer.json["message"] as? String == "There is no profile “work” that you may use. Choose one of berth/base:1.")
        let page = try await browser.get(
            "/hub/spawn-pending/alice", ["Accept": "text/html", "Sec-Fetch-Dest": "document", "Accept-Language": "zh"])
        #expect(page.body.contains("没有您可以使用的配置“work”。请选择以下之一：berth/base:1。"))
        let lint = try await browser.send(
            "POST", "/hub/api/environments/lint", chinese.merging(["Content-Type": "application/json"]) { $1 },
            #"{"recipe": "name: a\ndependencies:\n  - numpy=2.1=py312_0\n"}"#)
        #expect(lint.body.contains("请") && lint.body.contains("numpy=2.1=py312_0"))
        let missing = try await browser.get("/hub/nothing", ["Accept": "text/html", "Accept-Language": "zh"])
        #expect(missing.body.contains("此地址") || missing.body.contains("该地址"))
    }
}
