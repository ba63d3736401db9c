// SPDX-License-Identifier: Apache-2.0
#include "keeper/launch_order.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

namespace reeve::os {

namespace {

constexpr std::string_view first_line = "reeve-keeper-order 1";

void put(std::string& out, std::string_view key, std::string_view value) {
  out += cat(key, " ", value.size(), "\n", value, "\n");
}

void put_number(std::string& out, std::string_view key, long long value) {
  put(out, key, cat(value));
}

bool read_limit(std::string_view value, launch_command& c) {
  std::uint32_t what = 0;
  resource_limit limit;
  if (!read_number(take_until(value, ' '), what) || what > static_cast<std::uint32_t>(limited::cpu) ||
      !read_number(value, limit.value))
    return false;
  limit.what = static_cast<limited>(what);
  c.limits.push_back(limit);
  return true;
}

bool read_account(std::string_view value, launch_order& order) {
  account_ids ids;
  if (!read_number(take_until(value, ' '), ids.uid) || !read_number(take_until(value, ' '), ids.gid))
    return false;
  while (!value.empty())
    if (!read_number(take_until(value, ' '), ids.groups.emplace_back())) return false;
  order.account = std::move(ids);
  return true;
}

bool read_output(std::string_view value, output_plan& out) {
  std::uint32_t to = 0;
  if (!read_number(value, to) || to > static_cast<std::uint32_t>(output_plan::target::file)) return false;
  out.to = static_cast<output_plan::target>(to);
  return true;
}

bool read_texts(std::string_view key, std::string_view value, launch_order& order) {
  std::string* const text = key == "folder"        ? &order.place.folder
                            : key == "name"        ? &order.place.name
                            : key == "fingerprint" ? &order.place.fingerprint
                            : key == "program"     ? &order.command.program
                            : key == "cwd"         ? &order.command.cwd
                            : key == "file"        ? &order.command.output.file
                            : key == "cgroup"      ? &order.cgroup
                                                   : nullptr;
  if (text) *text = value;
  return text != nullptr;
}

bool read_field(std::string_view key, std::string_view value, launch_order& order) {
  launch_command& c = order.command;
  if (read_texts(key, value, order)) return true;
  if (key == "arg") {
    c.args.emplace_back(value);
    return true;
  }
  if (key == "variable") {
    order.environment.emplace_back(value);
    return true;
  }
  if (key == "incarnation") return read_number(value, order.place.incarnation);
  if (key == "output") return read_output(value, c.output);
  if (key == "max_size") return read_number(value, c.output.max_size_bytes);
  if (key == "max_files") return read_number(value, c.output.max_files);
  if (key == "umask") return read_number(value, c.umask.emplace());
  if (key == "nice") return read_number(value, c.nice.emplace());
  if (key == "limit") return read_limit(value, c);
  if (key == "account") return read_account(value, order);
  if (key == "daemon") {
    c.daemon = true;
    return true;
  }
  return false;
}

} // namespace

std::string to_bytes(const launch_order& order) {
  const launch_command& c = order.command;
  std::string out = cat(first_line, "\n");
  put(out, "folder", order.place.folder);
  put(out, "name", order.place.name);
  put(out, "incarnation", cat(order.place.incarnation));
  put(out, "fingerprint", order.place.fingerprint);
  put(out, "program", c.program);
  for (const std::string& arg : c.args)
    put(out, "arg", arg);
  for (const std::string& variable : order.environment)
    put(out, "variable", variable);
  put(out, "cwd", c.cwd);
  put_number(out, "output", static_cast<int>(c.output.to));
  put(out, "file", c.output.file);
  put(out, "max_size", cat(c.output.max_size_bytes));
  put_number(out, "max_files", c.output.max_files);
  if (c.umask) put_number(out, "umask", *c.umask);
  if (c.nice) put_number(out, "nice", *c.nice);
  for (const resource_limit& l : c.limits)
    put(out, "limit", cat(static_cast<int>(l.what), " ", l.value));
  if (c.daemon) put(out, "daemon", "");
  put(out, "cgroup", order.cgroup);
  if (order.account) {
    std::string ids = cat(order.account->uid, " ", order.account->gid);
    for (const std::uint32_t group : order.account->groups)
      ids += cat(" ", group);
    put(out, "account", ids);
  }
  put(out, "end", "");
  return out;
}

result<launch_order> order_from_bytes(std::string_view bytes) {
  const error bad{errc::invalid_argument, "it is no order for a keeper", 0};
  if (take_until(bytes, '\n') != first_line) return bad;
  launch_order out;
  while (!bytes.empty()) {
    const std::string_view key = take_until(bytes, ' ');
    std::size_t length = 0;
    if (!read_number(take_until(bytes, '\n'), length) || bytes.size() <= length || bytes[length] != '\n')
      return bad;
    if (key == "end") return out;
    if (!read_field(key, bytes.substr(0, length), out)) return bad;
    bytes.remove_prefix(length + 1);
  }
  return bad;
}

} // namespace reeve::os
