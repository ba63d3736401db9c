// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/socket_query.hpp"

#include "reeve/base/strings.hpp"

#include <charconv>
#include <optional>

namespace reeve::app {

namespace {

// Takes the next word off the front; empty at the end.
std::string_view next_word(std::string_view& text) noexcept {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

template <class Number>
bool take(std::string_view& text, Number& out, int base = 10) noexcept {
  const std::string_view word = next_word(text);
  const auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), out, base);
  return !word.empty() && problem == std::errc{} && stop == word.data() + word.size();
}

void append_hex(std::string& out, const os::address_bytes& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

bool take_address(std::string_view& text, os::address_bytes& out) noexcept {
  const std::string_view word = next_word(text);
  if (word.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* at = word.data() + 2 * i;
    if (std::from_chars(at, at + 2, out[i], 16).ptr != at + 2) return false;
  }
  return true;
}

bool parse_row(std::string_view line, os::socket_rows& out) {
  os::socket_row row;
  unsigned protocol = 0, family = 0, state = 0, flags = 0;
  if (!take(line, protocol) || !take(line, family) || !take(line, state) || !take(line, flags)) return false;
  if ((protocol != 6 && protocol != 17) || (family != 4 && family != 6) || flags > 255) return false;
  row.protocol = static_cast<os::transport>(protocol);
  row.v6 = family == 6;
  row.state = state < os::socket_states ? static_cast<os::socket_state>(state) : os::socket_state::other;
  row.flags = static_cast<std::uint8_t>(flags);
  if (!take_address(line, row.local) || !take(line, row.local_port) || !take_address(line, row.remote) ||
      !take(line, row.remote_port) || !take(line, row.interface_index) || !take(line, row.uid) ||
      !take(line, row.receive_queue) || !take(line, row.send_queue) || !take(line, row.inode))
    return false;
  row.first_owner = static_cast<std::uint32_t>(out.owners.size());
  for (os::socket_owner owner; take(line, owner.id.pid); ++row.owners) {
    if (!take(line, owner.id.start) || !take(line, owner.descriptor)) return false;
    out.owners.push_back(owner);
  }
  out.rows.push_back(row);
  return line.empty();
}

} // namespace

std::string to_query(const os::socket_request& request) {
  std::string out(socket_query_verb);
  if (request.listening) out += " listening";
  if (request.connections) out += " connections";
  for (const std::uint16_t port : request.ports)
    append_to(out, " port="), append_to(out, port);
  return out;
}

result<os::socket_request> parse_socket_query(std::string_view query) {
  os::socket_request out;
  out.listening = out.connections = false;
  out.remembered_owners = true;
  next_word(query); // the verb
  for (std::string_view word = next_word(query); !word.empty(); word = next_word(query)) {
    std::uint16_t port = 0;
    if (word == "listening") {
      out.listening = true;
    } else if (word == "connections") {
      out.connections = true;
    } else if (std::string_view number = word.substr(std::min<std::size_t>(word.size(), 5));
               word.starts_with("port=") && take(number, port)) {
      out.ports.push_back(port);
    } else {
      return error{errc::invalid_argument, cat("unknown word in a question about sockets: ", word)};
    }
  }
  return out;
}

std::string to_text(const os::socket_rows& rows) {
  std::string out = cat("unreadable ", rows.unreadable_processes, " ", rows.processes_elsewhere);
  for (const std::uint64_t count : rows.unowned)
    append_to(out, ' '), append_to(out, count);
  out += '\n';
  for (const os::socket_row& row : rows.rows) {
    out += cat(static_cast<unsigned>(row.protocol), row.v6 ? " 6 " : " 4 ", static_cast<unsigned>(row.state),
               " ", static_cast<unsigned>(row.flags), " ");
    append_hex(out, row.local);
    out += cat(" ", row.local_port, " ");
    append_hex(out, row.remote);
    out += cat(" ", row.remote_port, " ", row.interface_index, " ", row.uid, " ", row.receive_queue, " ",
               row.send_queue, " ", row.inode);
    for (std::uint32_t i = 0; i < row.owners; ++i) {
      const os::socket_owner& owner = rows.owners[row.first_owner + i];
      out += cat(" ", owner.id.pid, " ", owner.id.start, " ", owner.descriptor);
    }
    out += '\n';
  }
  return out;
}

result<os::socket_rows> parse_sockets(std::string_view text) {
  os::socket_rows out;
  bool head = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    const std::string_view whole = line;
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    bool good = end != text.npos;
    if (head) {
      good = good && next_word(line) == "unreadable" && take(line, out.unreadable_processes) &&
             take(line, out.processes_elsewhere);
      for (std::uint64_t& count : out.unowned)
        good = good && take(line, count);
    } else {
      good = good && parse_row(line, out);
    }
    if (!good) return error{errc::failed, cat("the agent's answer is malformed: ", whole)};
    head = false;
  }
  if (head) return error{errc::failed, "the agent's answer is empty"};
  return out;
}

} // namespace reeve::app
