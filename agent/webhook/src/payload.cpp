// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/payload.hpp"

#include "rfc3339.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace reeve::webhook {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 16; // values within values; version 4 has four of them
constexpr std::size_t longest_fingerprint = 64;

// Reads the fields of one object. The first thing that is wrong is kept in `problem`, and everything after it is false.
class object_reader {
 public:
  object_reader(const json::object& from, std::string path, std::string& problem)
      : from_(from), path_(std::move(path)), problem_(problem) {}

  // The value, or null: there is none, or null is written.
  const json::value* find(std::string_view key) const {
    const json::value* found = from_.if_contains({key.data(), key.size()});
    return found && !found->is_null() ? found : nullptr;
  }
  std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : cat(path_, ".", key);
  }
  bool fail(std::string_view key, std::string_view what) const {
    if (problem_.empty()) problem_ = cat(name(key), ": ", what);
    return false;
  }

  bool read(std::string_view key, std::string& out) const {
    const json::value* found = find(key);
    return !found || read_text(key, *found, out);
  }
  bool read_needed(std::string_view key, std::string& out) const {
    const json::value* found = find(key);
    return found ? read_text(key, *found, out) : fail(key, "missing");
  }
  bool read(std::string_view key, std::uint64_t& out) const {
    const json::value* found = find(key);
    if (!found) return true;
    const std::int64_t* number = found->if_int64();
    if (!number || *number < 0) return fail(key, "not a number from 0 on");
    out = static_cast<std::uint64_t>(*number);
    return true;
  }
  bool read_status(std::string_view key, bool& is_resolved) const {
    std::string text;
    if (!read_needed(key, text)) return false;
    is_resolved = text == "resolved";
    return is_resolved || text == "firing" || fail(key, "neither \"firing\" nor \"resolved\"");
  }
  bool read_time(std::string_view key, std::optional<nanoseconds>& out) const {
    std::string text;
    if (!read(key, text)) return false;
    if (text.empty()) return true;
    const auto time = parse_rfc3339(text);
    if (!time) return fail(key, "not a time in RFC 3339");
    out = time->unix_time();
    return true;
  }
  bool read(std::string_view key, labels& out) const {
    const json::value* found = find(key);
    if (!found) return true;
    const json::object* members = found->if_object();
    if (!members) return fail(key, "not an object");
    if (members->size() > most_labels) return fail(key, cat("more than ", most_labels, " names"));
    const object_reader in(*members, name(key), problem_);
    out.reserve(members->size());
    for (const auto& member : *members) {
      const std::string_view label(member.key().data(), member.key().size());
      if (label.empty()) return fail(key, "a name is empty");
      if (label.find('\0') != label.npos) return fail(key, "a name holds a zero character");
      std::string value;
      if (!in.read_text(label, member.value(), value)) return false;
      out.emplace_back(label, std::move(value));
    }
    return true;
  }

 private:
  bool read_text(std::string_view key, const json::value& value, std::string& out) const {
    const json::string* text = value.if_string();
    if (!text) return fail(key, "not a text");
    out.assign(text->data(), text->size());
    return out.find('\0') == out.npos || fail(key, "holds a zero character");
  }

  const json::object& from_;
  std::string path_;
  std::string& problem_;
};

bool read_alert(const object_reader& in, alert& out) {
  std::optional<nanoseconds> starts_at;
  if (!in.find("startsAt")) return in.fail("startsAt", "missing");
  if (!in.find("labels")) return in.fail("labels", "missing");
  if (!in.read_status("status", out.is_resolved) || !in.read("labels", out.all_labels) ||
      !in.read("annotations", out.annotations) || !in.read_time("startsAt", starts_at) ||
      !in.read_time("endsAt", out.ends_at) || !in.read("generatorURL", out.generator_url) ||
      !in.read_needed("fingerprint", out.fingerprint))
    return false;
  // How long ago it was must be a number of nanoseconds, too.
  if (!starts_at || *starts_at < nanoseconds(0)) return in.fail("startsAt", "not a time from 1970 to 2261");
  if (bytes_of(out.all_labels) > most_label_bytes)
    return in.fail("labels", cat("more than ", most_label_bytes, " bytes"));
  out.starts_at = *starts_at;
  if (out.fingerprint.empty()) return in.fail("fingerprint", "empty");
  return out.fingerprint.size() <= longest_fingerprint ||
         in.fail("fingerprint", cat("longer than ", longest_fingerprint, " bytes"));
}

bool read_alerts(const object_reader& in, std::vector<alert>& out, std::string& problem) {
  const json::value* found = in.find("alerts");
  if (!found) return in.fail("alerts", "missing");
  const json::array* items = found->if_array();
  if (!items) return in.fail("alerts", "not an array");
  if (items->size() > most_alerts)
    return in.fail("alerts",
                   cat("more than ", most_alerts, " of them; max_alerts of the receiver bounds them"));
  out.reserve(items->size());
  for (const json::value& item : *items) {
    const std::string name = cat("alerts[", out.size(), "]");
    const json::object* members = item.if_object();
    if (!members) return in.fail(name, "not an object");
    if (!read_alert(object_reader(*members, name, problem), out.emplace_back())) return false;
  }
  return true;
}

bool read_payload(const object_reader& in, payload& out, std::string& problem) {
  std::string version;
  if (!in.read_needed("version", version)) return false;
  if (version != "4") return in.fail("version", "not \"4\", which is the one that is read here");
  return in.read("groupKey", out.group_key) && in.read("truncatedAlerts", out.truncated_alerts) &&
         in.read_status("status", out.is_resolved) && in.read("receiver", out.receiver) &&
         in.read("groupLabels", out.group_labels) && in.read("commonLabels", out.common_labels) &&
         in.read("commonAnnotations", out.common_annotations) && in.read("externalURL", out.external_url) &&
         read_alerts(in, out.alerts, problem);
}

} // namespace

std::string_view value_of(const labels& all, std::string_view name) noexcept {
  const auto found = std::ranges::find(all, name, &labels::value_type::first);
  return found == all.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t bytes_of(const labels& all) noexcept {
  std::size_t out = 0;
  for (const auto& [name, value] : all)
    out += name.size() + value.size();
  return out;
}

result<payload> parse_alertmanager(std::string_view body) {
  json::monotonic_resource memory;
  json::parse_options options;
  options.max_depth = deepest;
  json::parser parser(&memory, options);
  boost::system::error_code ec;
  const std::size_t used = parser.write(body.data(), body.size(), ec);
  if (ec)
    return error{errc::invalid_argument,
                 cat("the body: not JSON at its byte ", used + 1, ": ", ec.message())};
  const json::value root = parser.release();
  const json::object* members = root.if_object();
  if (!members) return error{errc::invalid_argument, "the body: not an object"};
  payload out;
  std::string problem;
  if (!read_payload(object_reader(*members, {}, problem), out, problem))
    return error{errc::invalid_argument, std::move(problem)};
  return out;
}

} // namespace reeve::webhook
