import Foundation
import Phrases
import Testing

@Suite struct PhraseTests {
    private let chinese = [
        "Fetching {1} of {2}": "正在获取 {2} 中的 {1}", "{1} failed: {2}": "{1}失败:{2}", "The disk is full.": "磁盘已满。",
    ]

    @Test func keepsTheWordsApartFromTheValues() {
        let phrase: Phrase = "Fetching \(3) of \("nine")"
        #expect(phrase.template == "Fetching {1} of {2}")
        #expect(phrase.english == "Fetching 3 of nine")
        #expect(phrase.told { chinese[$0] } == "正在获取 nine 中的 3")
    }

    @Test func isEnglishWhereThereIsNoTranslation() {
        let phrase: Phrase = "Nobody translated \("this")."
        #expect(phrase.told { chinese[$0] } == "Nobody translated this.")
    }

    @Test func translatesAPhraseInAPhrase() {
        let inner: Phrase = "The disk is full."
        let phrase: Phrase = "\("work") failed: \(inner)"
        #expect(phrase.english == "work failed: The disk is full.")
        #expect(phrase.told { chinese[$0] } == "work失败:磁盘已满。")
    }

    @Test func leavesWhatLooksLikeAPlaceInAValue() {
        let phrase: Phrase = "Fetching \("{2}") of \("{1}{9}{")"
        #expect(phrase.english == "Fetching {2} of {1}{9}{")
        #expect(Phrase(verbatim: "{1} and {home}").english == "{1} and {home}")
        #expect(("{home} and {7} stay" as Phrase).english == "{home} and {7} stay")
    }

    @Test func isOneSentenceThatIsWrittenInTwoParts() {
        let phrase: Phrase = "Fetching \(1)" + " of \(2)"
        #expect(phrase.template == "Fetching {1} of {2}")
        #expect(phrase.english == "Fetching 1 of 2")
    }

    @Test func joinsALine() {
        #expect(Phrase.joined(["a", "b\(1)", "c"], by: ", ").english == "a, b1, c")
        #expect(Phrase.joined([], by: ", ").english == "")
    }

    @Test func crossesTheLauncherUnchanged() throws {
        let inner: Phrase = "The disk is full."
        let phrases: [Phrase] = ["plain", "\("work") failed: \(inner)", Phrase(verbatim: "{1}"), "Fetching \(1) of \("x {1}")"]
        for phrase in phrases {
            let back = try JSONDecoder().decode(Phrase.self, from: JSONEncoder().encode(phrase))
            #expect(back.template == phrase.template)
            #expect(back.english == phrase.english)
            #expect(back.told { chinese[$0] } == phrase.told { chinese[$0] })
        }
    }

    @Test func readsWhatTheBuilderWrites() throws {
        let phrase = try JSONDecoder().decode(Phrase.self, from: Data(#"["Fetching {1} of {2}", "3", "9"]"#.utf8))
        #expect(phrase.told { chinese[$0] } == "正在获取 9 中的 3")
    }

    @Test func refusesWhatIsNoPhrase() {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Phrase.self, from: Data("[]".utf8)) }
        #expect(throws: (any Error).self) { try JSONDecoder().decode(Phrase.self, from: Data("[1]".utf8)) }
    }
}
