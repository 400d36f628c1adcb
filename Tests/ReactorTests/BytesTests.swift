import Reactor
import Testing

@Suite("Buffers and views")
struct BytesTests {
    @Test("bytes go in at the end and out at the front")
    func buffer() {
        let buffer = Buffer(capacity: 8)
        buffer.append("abcdef")
        #expect(buffer.readable.text == "abcdef")
        buffer.consume(4)
        #expect(buffer.room == 2)
        buffer.compact()
        #expect(buffer.room == 6)
        #expect(buffer.readable.text == "ef")
        let filled = buffer.fill { space -> (String, filled: Int) in
            space[0] = 0x21
            return ("done", 1)
        }
        #expect(filled == "done")
        #expect(buffer.readable.text == "ef!")
    }

    @Test("what does not fit is not written, and noted")
    func overflow() {
        let buffer = Buffer(capacity: 4)
        buffer.append("abc")
        buffer.append("de")
        #expect(buffer.hasOverflowed)
        #expect(buffer.readable.text == "abc")
        buffer.append("d")
        #expect(buffer.readable.text == "abc")
        buffer.clear()
        #expect(!buffer.hasOverflowed)
    }

    @Test("numbers", arguments: [(0, "0"), (7, "7"), (424, "424"), (Int.max, "9223372036854775807")])
    func decimal(number: Int, text: String) {
        let buffer = Buffer(capacity: 32)
        buffer.append(decimal: number)
        #expect(buffer.readable.text == text)
    }

    @Test("access beyond the end stops the program, in release builds too")
    func checked() async {
        await #expect(processExitsWith: .failure) { _ = ByteView("abc")[3] }
        await #expect(processExitsWith: .failure) { _ = ByteView("abc")[2..<4] }
        await #expect(processExitsWith: .failure) { Buffer(capacity: 4).consume(1) }
    }

    @Test("views compare and search")
    func view() {
        let view = ByteView("Content-Type")
        #expect(view.equalsIgnoringCase("content-type"))
        #expect(!view.equalsIgnoringCase("content-typ"))
        #expect(view.starts(with: "Content"))
        #expect(view.firstIndex(of: 0x2D) == 7)
        #expect(view.firstIndex(of: 0x2D, from: 8) == nil)
        #expect(ByteView(" \ta b \t").trimmed.text == "a b")
    }

    @Test("a pool gives back what it was given, empty")
    func pool() {
        let pool = BufferPool(capacity: 16, kept: 1)
        let first = pool.take()
        first.append("x")
        pool.give(first)
        pool.give(Buffer(capacity: 16))
        #expect(pool.take() === first)
        #expect(first.isEmpty)
        #expect(pool.take() !== first)
    }
}
