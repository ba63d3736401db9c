// SPDX-License-Identifier: Apache-2.0
#include "leaks/agent_suspects.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/control_channel.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <tuple>

namespace reeve::cli {

namespace {

using handle_leak::resource;

constexpr auto agent_patience = std::chrono::seconds(2);

struct sample {
  std::string_view metric;
  std::map<std::string_view, std::string, std::less<>> labels;
  double value = 0;

  std::string_view label(std::string_view name) const {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
  }
};

// `"...` up to the closing quote, without its escapes.
bool take_quoted(std::string_view& rest, std::string& out) {
  if (!rest.starts_with('"')) return false;
  for (rest.remove_prefix(1); !rest.empty(); rest.remove_prefix(1)) {
    if (rest.front() == '"') {
      rest.remove_prefix(1);
      return true;
    }
    if (rest.front() == '\\' && rest.size() > 1) {
      rest.remove_prefix(1);
      out += rest.front() == 'n' ? '\n' : rest.front();
    } else {
      out += rest.front();
    }
  }
  return false;
}

bool parse_sample(std::string_view line, sample& out) {
  const std::size_t end = line.find_first_of("{ ");
  if (end == line.npos) return false;
  out.metric = line.substr(0, end);
  line.remove_prefix(end);
  if (line.starts_with('{')) {
    line.remove_prefix(1);
    while (!line.empty() && line.front() != '}') {
      const std::size_t equals = line.find('=');
      if (equals == line.npos) return false;
      std::string& value = out.labels[line.substr(0, equals)];
      line.remove_prefix(equals + 1);
      if (!take_quoted(line, value)) return false;
      if (line.starts_with(',')) line.remove_prefix(1);
    }
    if (line.empty()) return false;
    line.remove_prefix(1);
  }
  if (!line.starts_with(' ')) return false;
  line.remove_prefix(line.starts_with(" +") ? 2 : 1); // +Inf
  return std::from_chars(line.data(), line.data() + line.size(), out.value).ec == std::errc();
}

// A series with a kind speaks of handles without saying so.
std::string_view resource_of(const sample& s) {
  return s.metric == "reeve_leak_handles" ? handle_leak::name_of(resource::handles) : s.label("resource");
}

bool take_process(const sample& s, leak_suspect& out) {
  const std::string_view pid = s.label("pid"), of = resource_of(s);
  out.name = s.label("name");
  const auto known =
      std::find_if(std::begin(handle_leak::all_resources), std::end(handle_leak::all_resources),
                   [&](resource r) { return of == handle_leak::name_of(r); });
  if (known == std::end(handle_leak::all_resources)) return false;
  out.of = *known;
  return std::from_chars(pid.data(), pid.data() + pid.size(), out.pid).ec == std::errc();
}

} // namespace

result<watch_report> parse_suspects(std::string_view text) {
  watch_report out;
  std::map<std::tuple<std::uint32_t, resource>, std::pair<leak_suspect, bool>> found; // and whether it is one
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    sample s;
    if (!parse_sample(line, s)) return error{errc::failed, cat("the agent's answer is malformed: ", line)};
    if (s.metric == "reeve_leak_watched_processes") out.processes = static_cast<std::size_t>(s.value);
    if (s.metric == "reeve_leak_limited" && s.label("limit") == "max_processes")
      out.left_out = static_cast<std::size_t>(s.value);
    leak_suspect one;
    if (!take_process(s, one)) continue;
    auto& [suspect, suspected] = found.try_emplace({one.pid, one.of}, one, false).first->second;
    if (s.metric == "reeve_leak_suspected") suspected = s.value == 1;
    if (s.metric == "reeve_leak_confidence_ratio") suspect.confidence = s.value;
    if (s.metric == "reeve_leak_slope_per_second") suspect.slope_per_second = s.value;
    if (s.metric == "reeve_leak_seconds_to_limit") suspect.seconds_to_limit = s.value;
    if (s.metric == "reeve_leak_handles") {
      suspect.kind = s.label("kind");
      suspect.kind_count =
          suspect.kind == handle_leak::leaking_kind::unknown ? 0 : static_cast<std::uint64_t>(s.value);
    }
  }
  for (auto& [key, one] : found)
    if (one.second) out.suspects.push_back(std::move(one.first));
  std::stable_sort(out.suspects.begin(), out.suspects.end(),
                   [](const leak_suspect& a, const leak_suspect& b) { return a.confidence > b.confidence; });
  return out;
}

result<watch_report> ask_for_suspects(const std::string& instance) {
  const auto answer = os::control_request(instance, app::samples_request("handle-leak"), agent_patience);
  if (!answer) return answer.error();
  constexpr std::string_view ok = "ok\n";
  if (!answer->starts_with(ok))
    return error{errc::not_found, "the running agent has no plugin handle-leak that has sampled"};
  return parse_suspects(std::string_view(*answer).substr(ok.size()));
}

} // namespace reeve::cli
