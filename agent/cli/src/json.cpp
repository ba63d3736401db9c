// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <cstdio>
#include <string>

namespace reeve::cli {

namespace {

template <class Each, class Items>
void write_list(std::string& out, char open, char close, const Items& items, std::size_t depth, Each each) {
  out += open;
  bool first = true;
  for (const auto& item : items) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(2 * depth + 2, ' ');
    each(item);
  }
  if (!first) {
    out += '\n';
    out.append(2 * depth, ' ');
  }
  out += close;
}

void write(std::string& out, const boost::json::value& value, std::size_t depth) {
  if (const auto* object = value.if_object())
    write_list(out, '{', '}', *object, depth, [&](const auto& member) {
      out += boost::json::serialize(boost::json::string_view(member.key()));
      out += ": ";
      write(out, member.value(), depth + 1);
    });
  else if (const auto* array = value.if_array())
    write_list(out, '[', ']', *array, depth, [&](const auto& item) { write(out, item, depth + 1); });
  else if (const double* number = value.if_double(); number && std::isfinite(*number))
    append_to(out, *number); // 3.96, where Boost.JSON writes 3.96E0
  else
    out += boost::json::serialize(value);
}

} // namespace

void print_json(const boost::json::value& value) {
  std::string out;
  write(out, value, 0);
  out += '\n';
  std::fwrite(out.data(), 1, out.size(), stdout);
}

} // namespace reeve::cli
