//! Text that is put together while the program is compiled, for messages of constant assertions.

/// Up to `N` bytes of text; what does not fit is cut off.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    /// No text yet.
    pub const fn new() -> Self {
        Text { bytes: [0; N], len: 0 }
    }

    /// With `text` added.
    pub const fn str(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() && self.len < N {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// With `number` added, in decimal, and `what` is counted, in the plural unless it is one.
    pub const fn counted(self, number: u64, what: &str) -> Self {
        let text = self.digits(number).str(what);
        if number == 1 { text } else { text.str("s") }
    }

    /// With `number` added, in decimal as code has it.
    pub const fn digits(self, number: u64) -> Self {
        self.decimal(number, "")
    }

    /// With `number` added, to three digits behind the point.
    pub const fn thousandths(self, number: f32) -> Self {
        if !number.is_finite() {
            return self.str("what is no number");
        }
        let text = if number < 0.0 { self.str("-") } else { self };
        let thousandths = (number.abs() * 1000.0 + 0.5) as u64;
        let mut text = text.digits(thousandths / 1000);
        let (mut rest, mut unit, mut point) = (thousandths % 1000, 100, ".");
        while rest > 0 {
            text = text.str(point).digits(rest / unit);
            (rest, unit, point) = (rest % unit, unit / 10, "");
        }
        text
    }

    /// With `number` added, in decimal with a comma at the thousands.
    pub const fn number(self, number: u64) -> Self {
        self.decimal(number, ",")
    }

    const fn decimal(mut self, number: u64, comma: &str) -> Self {
        let mut digits = 1;
        let mut power = 1;
        while number / power >= 10 {
            power *= 10;
            digits += 1;
        }
        while digits > 0 {
            digits -= 1;
            let digit = b'0' + (number / power % 10) as u8;
            if self.len < N {
                self.bytes[self.len] = digit;
                self.len += 1;
            }
            if digits > 0 && digits % 3 == 0 {
                self = self.str(comma);
            }
            power /= 10;
            if power == 0 {
                break;
            }
        }
        self
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "(text cut off within a character)",
        }
    }
}

/// What does not fit is an error here.
impl<const N: usize> core::fmt::Write for Text<N> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        *self = self.str(text);
        if self.as_str().ends_with(text) { Ok(()) } else { Err(core::fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_with_commas() {
        for (number, expected) in
            [(0, "0"), (7, "7"), (10, "10"), (999, "999"), (1000, "1,000"), (65536, "65,536"), (1_234_567, "1,234,567")]
        {
            assert_eq!(Text::<32>::new().number(number).as_str(), expected);
        }
        assert_eq!(Text::<32>::new().number(u64::MAX).as_str(), "18,446,744,073,709,551,615");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(Text::<32>::new().counted(1, " input").as_str(), "1 input");
        assert_eq!(Text::<32>::new().counted(1200, " input").as_str(), "1200 inputs");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        assert_eq!(Text::<4>::new().str("abc").str("def").as_str(), "abcd");
    }
}
