// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace reeve::http {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view s) noexcept {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t'))
    s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t'))
    s.remove_suffix(1);
  return s;
}

// The part before `separator`; `rest` becomes what follows it.
std::string_view take(std::string_view& rest, char separator) noexcept {
  const auto at = rest.find(separator);
  const auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return head;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool decode(std::string_view text, bool plus_is_blank, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (is_control(c)) return false;
    out.push_back(c);
  }
  return true;
}

// A qvalue in thousandths: "1", "0.5", "0.125". A broken one counts as 0, so that a coding nobody asked for
// is not sent.
int parse_quality(std::string_view text) noexcept {
  if (text == "0" || text == "0.") return 0;
  if (text.substr(0, 1) == "1")
    return text.size() <= 5 && text.find_first_not_of("0", 2) == std::string_view::npos &&
                   (text.size() == 1 || text[1] == '.')
               ? 1000
               : 0;
  if (text.size() < 3 || text.size() > 5 || text.substr(0, 2) != "0.") return 0;
  int value = 0;
  int unit = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return value;
}

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool parse_target(std::string_view target, request_target& out) {
  if (!target.empty() && target.front() != '/') {
    // Absolute form, which a server must accept (RFC 9112, 3.2.2). Its authority decides nothing here.
    const auto scheme = target.substr(0, 7);
    std::size_t start = 0;
    if (equal_ignoring_case(scheme, "http://"))
      start = 7;
    else if (equal_ignoring_case(target.substr(0, 8), "https://"))
      start = 8;
    else
      return false;
    target.remove_prefix(start);
    const auto path = target.find_first_of("/?");
    if (path == 0 || target.empty()) return false;
    target = path == std::string_view::npos ? std::string_view() : target.substr(path);
  } else if (target.empty()) {
    return false;
  }
  target = take(target, '#');

  request_target found;
  auto query = target;
  const auto path = take(query, '?');
  if (!decode(path.empty() ? "/" : path, false, found.path)) return false;
  while (!query.empty()) {
    auto value = take(query, '&');
    if (value.empty()) continue;
    const auto name = take(value, '=');
    std::pair<std::string, std::string> item;
    if (!decode(name, true, item.first) || !decode(value, true, item.second)) return false;
    found.query.push_back(std::move(item));
  }
  out = std::move(found);
  return true;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
  while (!accept_encoding.empty()) {
    auto parameters = take(accept_encoding, ',');
    const auto coding = trim(take(parameters, ';'));
    int quality = 1000;
    while (!parameters.empty()) {
      auto value = trim(take(parameters, ';'));
      const auto name = trim(take(value, '='));
      if (equal_ignoring_case(name, "q")) quality = parse_quality(trim(value));
    }
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip"))
      gzip = quality;
    else if (equal_ignoring_case(coding, "identity"))
      identity = quality;
    else if (coding == "*")
      any = quality;
  }
  const int wanted = gzip.value_or(any.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(0);
}

bool is_compressible(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  const auto ends_with = [&](std::string_view end) {
    return type.size() > end.size() && equal_ignoring_case(type.substr(type.size() - end.size()), end);
  };
  return equal_ignoring_case(type.substr(0, 5), "text/") ||
         equal_ignoring_case(type, "application/openmetrics-text") ||
         equal_ignoring_case(type, "application/json") || ends_with("+json") || ends_with("+xml");
}

std::string http_date(long long unix_seconds) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_seconds time{seconds(unix_seconds)};
  const auto day = floor<std::chrono::days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::string out;
  const auto digits = [&out](long long value, int width) {
    const auto text = std::to_string(value);
    out.append(static_cast<std::size_t>(width) > text.size() ? static_cast<std::size_t>(width) - text.size()
                                                             : 0,
               '0');
    out += text;
  };
  out += days[weekday(day).c_encoding()];
  out += ", ";
  digits(unsigned(date.day()), 2);
  out += ' ';
  out += months[unsigned(date.month()) - 1];
  out += ' ';
  digits(int(date.year()), 4);
  out += ' ';
  digits(clock.hours().count(), 2);
  out += ':';
  digits(clock.minutes().count(), 2);
  out += ':';
  digits(clock.seconds().count(), 2);
  out += " GMT";
  return out;
}

} // namespace reeve::http
