// Money spent and set aside: sums stop at the ends, and nothing goes below zero.

import SessionCore
import Testing

@Suite("BudgetBook")
struct BudgetBookTests {
    @Test func whatIsSetAsideIsNotLeft() {
        var book = BudgetBook(spent: 10)
        book.reserve(5)
        #expect(book.left(of: 20) == 5 && book.left(of: nil) == nil)
        book.release(5)
        book.spend(7)
        #expect(book.left(of: 20) == 3 && book.spent == 17 && book.reserved == 0)
    }

    @Test func neverTrapsNorGoesBelowZero() {
        var book = BudgetBook(spent: -1)
        book.spend(.max)
        book.spend(.max)
        book.reserve(.max)
        book.reserve(.max)
        book.spend(-5)
        book.reserve(.min)
        #expect(book.spent == .max && book.reserved == .max)
        #expect(book.left(of: 0).map { $0 < 0 } == true)
        book.release(.min)
        book.release(.max)
        book.release(.max)
        #expect(book.reserved == 0)
        book.restore(spent: -3)
        #expect(book == BudgetBook())
    }
}
