// SPDX-License-Identifier: Apache-2.0
#include "emission.hpp"

#include "reeve/event.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::file_lock {

namespace {

double seconds(nanoseconds value) {
  return std::chrono::duration<double>(value).count();
}

const char* access_label(std::uint8_t access) noexcept {
  static constexpr const char* names[] = {"", "read", "write", "read+write"};
  return names[access & 3];
}

constexpr sdk::event_kind kinds[] = {{1, REEVE_WARN, "file.lock_wait"},
                                     {2, REEVE_WARN, "file.lock_chain"},
                                     {3, REEVE_ERROR, "file.lock_cycle"}};

std::string name_of(const process_key& p, const sdk::process_names& names) {
  if (p.first == 0) return "a process that cannot be seen from here";
  const std::string_view name = names.of(p.first, p.second);
  return std::to_string(p.first) + (name.empty() ? std::string() : " (" + std::string(name) + ")");
}

} // namespace

void emission::declare(const sdk::host& host, const sdk::call& call) {
  using sdk::kind;
  holders_ = host.family(call, kind::gauge, "reeve_file_holders",
                         "Processes that hold a watched file open or locked.", {"watch", "path"});
  waiters_ = host.family(call, kind::gauge, "reeve_file_lock_waiters",
                         "Waiting requests for a lock on a watched file.", {"watch", "path"});
  in_cycle_ = host.family(call, kind::gauge, "reeve_file_lock_waiters_in_cycle",
                          "Of these, those that wait for somebody who, in the end, waits for them.",
                          {"watch", "path"});
  locked_ = host.family(call, kind::gauge, "reeve_file_locked_seconds",
                        "How long the oldest lock on a watched file has been seen; 0 when it is not locked.",
                        {"watch", "path"}, "seconds");
  wait_ =
      host.family(call, kind::gauge, "reeve_file_lock_wait_seconds",
                  "How long somebody has been seen to wait for a lock on a watched file; 0 when nobody does.",
                  {"watch", "path"}, "seconds");
  files_ =
      host.family(call, kind::gauge, "reeve_file_watch_files", "Files that a watch has found.", {"watch"});
  limited_ = host.family(call, kind::gauge, "reeve_file_limited", "Watched files that max_files leaves out.");
  if (options_.holder_info)
    holder_ = host.family(call, kind::info, "reeve_file_holder",
                          "A process that holds a watched file open or locked.",
                          {"watch", "path", "pid", "name", "access", "lock"});
}

reeve_status emission::write(const sdk::host& host, const sdk::call& call, const watched_files& files,
                             const sdk::process_names& names) {
  sdk::emitter out(host, call);
  std::vector<std::uint64_t> found(options_.watches.size());
  std::int64_t shown = 0, left_out = 0;
  for (const auto& [key, file] : files) {
    const auto& [watch, path] = key;
    ++found[watch];
    if (shown == options_.max_files) {
      ++left_out;
      continue;
    }
    ++shown;
    const std::array<reeve_label, 2> labels = {sdk::label(options_.watches[watch].name), sdk::label(path)};
    out.sample(holders_, labels, static_cast<double>(file.holders.size()));
    out.sample(waiters_, labels, file.waiters);
    out.sample(in_cycle_, labels, file.in_cycle);
    out.sample(locked_, labels, seconds(file.locked_for));
    out.sample(wait_, labels, seconds(file.longest_wait));
    if (!options_.holder_info) continue;
    for (const auto& [process, holder] : file.holders) {
      const std::string pid = std::to_string(process.first);
      const std::array<reeve_label, 6> of_holder = {labels[0],
                                                    labels[1],
                                                    sdk::label(pid),
                                                    sdk::label(names.of(process.first, process.second)),
                                                    sdk::label(access_label(holder.access)),
                                                    sdk::label(holder.lock)};
      out.sample(holder_, of_holder, 1);
    }
    call.check();
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const reeve_label name = sdk::label(options_.watches[i].name);
    out.sample(files_, {&name, 1}, static_cast<double>(found[i]));
  }
  out.sample(limited_, {}, static_cast<double>(left_out));
  return out.flush();
}

void raise(const sdk::host& host, const options& o, const wait_event& event,
           const sdk::process_names& names) {
  const std::string who = name_of(event.who, names);
  std::string blockers;
  for (const process_key& p : event.waits_for)
    blockers += (blockers.empty() ? "" : ", ") + name_of(p, names);
  const std::string for_whom = blockers.empty() ? "a process that cannot be seen from here" : blockers;
  const std::string what = who + " waits for a lock (" + event.lock + ") on " + event.path + " that " +
                           for_whom + (event.waits_for.size() > 1 ? " hold" : " holds");
  std::string message;
  const std::string waited =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(event.waited).count());
  switch (event.what) {
  case wait_news::long_wait:
    message = what + ", for " + waited + " s by now";
    break;
  case wait_news::chain:
    message = what + ", who waits, too: a chain of " + std::to_string(event.depth);
    break;
  case wait_news::cycle:
    message = what + ", who in the end waits for it: a cycle that does not end by itself";
    break;
  }
  const std::string depth = std::to_string(event.depth), pid = std::to_string(event.who.first);
  const reeve_field fields[] = {sdk::field("watch", o.watches[event.watch].name),
                                sdk::field("path", event.path),
                                sdk::field("pid", pid),
                                sdk::field("name", names.of(event.who.first, event.who.second)),
                                sdk::field("waits_for", blockers),
                                sdk::field("lock", event.lock),
                                sdk::field("waited_seconds", waited),
                                sdk::field("chain", depth)};
  sdk::raise(host, kinds[static_cast<std::size_t>(event.what)], message, fields);
}

} // namespace reeve::file_lock
