// SPDX-License-Identifier: Apache-2.0
#include "parse/handle_name_lines.hpp"

#include "parse/fields.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <iterator>

namespace reeve::os::parse {

namespace {

// In the order of handle_outcome; the last two are never said.
constexpr std::string_view words[] = {"file",  "folder", "pipe", "socket", "device",
                                      "other", "denied", "gone", "failed"};

static_assert(std::size(words) == static_cast<std::size_t>(handle_outcome::hung));

bool next_32_bits(std::string_view& rest, std::uint32_t& out) noexcept {
  std::uint64_t number = 0;
  if (!next_number(rest, number) || number > UINT32_MAX) return false;
  out = static_cast<std::uint32_t>(number);
  return true;
}

} // namespace

void append_line(std::string& out, const handle_question& question) {
  out +=
      cat(question.pid, " ", question.handle, question.wanted == name_wanted::path ? " path\n" : " name\n");
}

void append_line(std::string& out, const handle_answer& answer) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  auto outcome = static_cast<std::size_t>(answer.outcome);
  const bool sayable =
      outcome < std::size(words) && std::none_of(answer.text.begin(), answer.text.end(), is_control);
  if (!sayable) outcome = static_cast<std::size_t>(handle_outcome::failed);
  out += words[outcome];
  if (sayable && !answer.text.empty()) {
    out += ' ';
    out += answer.text;
  }
  out += '\n';
}

std::optional<handle_question> parse_handle_question(std::string_view line) {
  handle_question out;
  if (!next_32_bits(line, out.pid) || !next_32_bits(line, out.handle)) return std::nullopt;
  if (line == " name")
    out.wanted = name_wanted::name;
  else if (line != " path")
    return std::nullopt;
  return out;
}

std::optional<handle_answer> parse_handle_answer(std::string_view line) {
  const std::size_t blank = line.find(' ');
  const auto word = std::find(std::begin(words), std::end(words), line.substr(0, blank));
  if (word == std::end(words)) return std::nullopt;
  handle_answer out;
  out.outcome = static_cast<handle_outcome>(word - std::begin(words));
  if (blank != std::string_view::npos) out.text = line.substr(blank + 1);
  return out;
}

} // namespace reeve::os::parse
