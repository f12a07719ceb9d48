import EventLoop
import Testing

@Suite("Slot table")
struct SlotTableTests {
    private func inserted(_ id: SlotID?) throws -> SlotID {
        try #require(id)
    }

    @Test("a name finds its element until it is removed")
    func lifetime() throws {
        var table = SlotTable<String>()
        let first = try inserted(table.insert("a"))
        let second = try inserted(table.insert("b"))
        #expect(table[first] == "a")
        #expect(table[second] == "b")
        #expect(table.remove(first) == "a")
        #expect(table[first] == nil)
        #expect(table.remove(first) == nil)
        #expect(table.count == 1)
    }

    @Test("room from the start changes nothing but where elements lie, and is never beyond the capacity")
    func expected() throws {
        var table = SlotTable<Int>(capacity: 2, expected: 1_000)
        let first = try inserted(table.insert(1))
        _ = try inserted(table.insert(2))
        #expect(table.insert(3) == nil)
        #expect(table[first] == 1)
    }

    @Test("a reused place does not answer to the old name")
    func staleness() throws {
        var table = SlotTable<Int>()
        let old = try inserted(table.insert(1))
        table.remove(old)
        let new = try inserted(table.insert(2))
        #expect(new.index == old.index)
        #expect(new != old)
        #expect(table[old] == nil)
        let changed = table.update(old) { $0 = 9 }
        #expect(!changed)
        #expect(table.remove(old) == nil)
        #expect(table[new] == 2)
    }

    @Test("is full at its capacity, and has room again after a removal")
    func capacity() throws {
        var table = SlotTable<Int>(capacity: 2)
        let first = try inserted(table.insert(1))
        _ = try inserted(table.insert(2))
        #expect(table.insert(3) == nil)
        table.remove(first)
        #expect(table.insert(4) != nil)
        #expect(table.insert(5) == nil)
    }

    @Test("changes an element where it stands")
    func update() throws {
        var table = SlotTable<[Int]>()
        let id = try inserted(table.insert([1]))
        let changed = table.update(id) { $0.append(2) }
        #expect(changed)
        #expect(table[id] == [1, 2])
    }

    @Test("removing all makes every name stale")
    func removeAll() throws {
        var table = SlotTable<Int>()
        let ids = (0..<5).compactMap { table.insert($0) }
        table.remove(ids[2])
        let removed = table.removeAll()
        #expect(removed.sorted() == [0, 1, 3, 4])
        #expect(table.count == 0)
        #expect(ids.allSatisfy { table[$0] == nil })
        _ = try inserted(table.insert(9))
        #expect(ids.allSatisfy { table[$0] == nil })
    }

    @Test("names from outside are checked")
    func foreignNames() {
        var table = SlotTable<Int>()
        let inserted = table.insert(1)
        #expect(table[SlotID(packed: .max)] == nil)
        #expect(table[SlotID(packed: 0)] == nil)
        #expect(table[SlotID(index: 0, generation: 0)] == nil)
        #expect(inserted.map { SlotID(packed: $0.packed) } == inserted)
    }
}
