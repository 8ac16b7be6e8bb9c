//! A list in columns. On a narrow screen each row is a block of its own, and every cell shows its column's name.

use maud::{Markup, html};

pub fn table<const N: usize>(name: &str, columns: [&str; N], rows: impl Iterator<Item = [Markup; N]>) -> Markup {
    html! {
        div class="scroll" role="region" tabindex="0" aria-label=(name) {
            table {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody {
                    @for row in rows {
                        tr { @for (column, cell) in columns.iter().zip(row) { td data-column=(column) { (cell) } } }
                    }
                }
            }
        }
    }
}
