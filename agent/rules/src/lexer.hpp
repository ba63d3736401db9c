// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/expression.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace reeve::rules {

enum class token_kind : std::uint8_t { end, name, number, duration, text, sign };

struct token {
  token_kind kind = token_kind::end;
  std::size_t offset = 0;
  std::string_view written; // as it stands there; of a sign all of it: "=~"
  double number = 0;
  std::int64_t duration_ms = 0;
  std::string text; // of a string, without quotes and escapes

  bool is(std::string_view sign) const noexcept { return kind == token_kind::sign && written == sign; }
  // A word of the language, which may be written in any case.
  bool is_word(std::string_view lower) const noexcept;
};

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}
  // False: `problem` says what is wrong there.
  bool next(token& out, expression_problem& problem);

 private:
  void skip_blanks();
  bool read_number(token& out, expression_problem& problem);
  bool read_text(token& out, expression_problem& problem);
  bool read_escape(char quote, std::string& out);
  bool read_code(std::size_t digits, unsigned base, bool is_byte, std::string& out);
  bool read_sign(token& out, expression_problem& problem);

  std::string_view text_;
  std::size_t at_ = 0;
};

// "1h30m", each unit once and from the largest down; nothing: it is none, or more than 2^63 ns.
std::optional<std::int64_t> read_duration(std::string_view text);

// For a message: the beginning of `text`, whose control characters are written \xNN.
std::string excerpt_of(std::string_view text);

bool is_same_word(std::string_view text, std::string_view lower) noexcept;

} // namespace reeve::rules
