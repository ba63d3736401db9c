// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/counter_source.hpp"

#include "counters/catalogue.hpp"
#include "counters/number_pattern.hpp"
#include "windows/direct_counters.hpp"
#include "windows/error.hpp"
#include "windows/pdh_query.hpp"
#include "windows/text_file.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

#include <pdhmsg.h>

#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::os {

namespace {

// Those sets of the catalogue, or parts of them, that only performance counters have.
struct set_counter {
  counter_set set;
  measure what;
  const char* path;
};
constexpr set_counter set_counters[] = {
    {counter_set::system, measure::context_switches, "\\System\\Context Switches/sec"},
    {counter_set::system, measure::interrupts, "\\Processor(_Total)\\Interrupts/sec"},
    {counter_set::disk, measure::disk_reads, "\\PhysicalDisk(*)\\Disk Reads/sec"},
    {counter_set::disk, measure::disk_writes, "\\PhysicalDisk(*)\\Disk Writes/sec"},
    {counter_set::disk, measure::disk_read_bytes, "\\PhysicalDisk(*)\\Disk Read Bytes/sec"},
    {counter_set::disk, measure::disk_written_bytes, "\\PhysicalDisk(*)\\Disk Write Bytes/sec"},
    {counter_set::disk, measure::disk_read_seconds, "\\PhysicalDisk(*)\\Avg. Disk sec/Read"},
    {counter_set::disk, measure::disk_write_seconds, "\\PhysicalDisk(*)\\Avg. Disk sec/Write"},
    {counter_set::disk, measure::disk_queue_seconds, "\\PhysicalDisk(*)\\Avg. Disk Queue Length"},
    {counter_set::vmstat, measure::page_faults, "\\Memory\\Page Faults/sec"},
};
constexpr std::string_view total_instance = "_Total"; // of every object that has one; not localised

counter_state state_of(std::uint32_t status) noexcept {
  switch (status) {
  case static_cast<std::uint32_t>(PDH_CSTATUS_NO_OBJECT):
  case static_cast<std::uint32_t>(PDH_CSTATUS_NO_COUNTER):
  case static_cast<std::uint32_t>(PDH_CSTATUS_NO_INSTANCE):
  case static_cast<std::uint32_t>(PDH_CSTATUS_NO_COUNTERNAME):
  case ERROR_FILE_NOT_FOUND:
  case ERROR_PATH_NOT_FOUND:
    return counter_state::missing;
  case static_cast<std::uint32_t>(PDH_ACCESS_DENIED):
  case ERROR_ACCESS_DENIED:
    return counter_state::denied;
  default:
    return counter_state::failed;
  }
}

// PDH's texts are in pdh.dll and not in the system's, and in the user's language; the number is what is looked up.
std::string pdh_text(std::uint32_t status) {
  constexpr char digits[] = "0123456789abcdef";
  std::string code;
  for (int shift = 28; shift >= 0; shift -= 4)
    code += digits[status >> shift & 0xf];
  switch (state_of(status)) {
  case counter_state::missing:
    return cat("this system does not have it, or not yet (PDH 0x", code, ")");
  case counter_state::denied:
    return cat(
        "the agent's account may not read performance counters; make it a member of Performance Monitor "
        "Users (PDH 0x",
        code, ")");
  default:
    return cat("the performance counter cannot be read (PDH 0x", code, ")");
  }
}

std::uint64_t boot_filetime() noexcept {
  FILETIME now;
  GetSystemTimePreciseAsFileTime(&now);
  return to_uint64(now) - GetTickCount64() * 10'000;
}

class windows_counter_source final : public counter_source {
 public:
  windows_counter_source()
      : measures_(catalogue().begin(), catalogue().end()), boot_(boot_filetime()), query_(boot_) {}

  void add(const counter_request& request) override {
    asked& a = asked_.emplace_back();
    a.request = request;
    if (request.origin == counter_origin::set) {
      a.set = set_named(request.name);
      for (const set_counter& s : set_counters)
        if (a.set == s.set) add_counter(a, s.path, static_cast<std::uint32_t>(s.what));
    } else if (request.origin == counter_origin::pdh) {
      add_counter(a, request.name, no_measure);
    } else if (auto pattern = number_pattern::compile(request.argument)) {
      a.pattern.emplace(*std::move(pattern));
      a.measure = static_cast<std::uint32_t>(measures_.size());
      measures_.push_back({"file_value", "A number in a file.", "", counter_kind::gauge, {"instance", ""}});
    }
  }

  result<> read(std::span<const std::uint32_t> wanted, counter_rows& out) override {
    out.rows.clear();
    out.text.clear();
    out.statuses.assign(asked_.size(), counter_status{});
    select(wanted);
    const PDH_STATUS collected = query_.collect();
    for (const std::uint32_t number : wanted) {
      if (number >= asked_.size()) continue;
      asked& a = asked_[number];
      counter_sink sink(out, number);
      const std::size_t before = sink.size();
      problem_ = {};
      read_one(a, collected, sink);
      counter_status& status = out.statuses[number];
      const bool good = problem_.state == counter_state::available || sink.size() > before;
      status.state = good ? counter_state::available : problem_.state;
      if (good) continue;
      status.why = {static_cast<std::uint32_t>(out.text.size()),
                    static_cast<std::uint32_t>(problem_.why.size())};
      out.text += problem_.why;
    }
    return {};
  }

  std::span<const counter_measure> measures() const noexcept override { return measures_; }
  std::string_view backend() const noexcept override { return "pdh"; }

 private:
  static constexpr std::uint32_t no_measure = UINT32_MAX;

  struct one_counter {
    explicit one_counter(std::string path) : counter(std::move(path)) {}
    pdh_counter counter;
    std::unique_ptr<pdh_counter> identity; // of the same instances: numbers that tell them apart
    std::uint32_t measure = no_measure;    // until its type is known
  };
  struct asked {
    counter_request request;
    std::optional<counter_set> set;
    std::vector<std::unique_ptr<one_counter>> counters;
    std::optional<number_pattern> pattern;
    std::uint32_t measure = 0;
    bool wanted = false;
  };
  struct problem {
    counter_state state = counter_state::available;
    std::string why;
  };

  void add_counter(asked& a, const std::string& path, std::uint32_t measure) {
    auto one = std::make_unique<one_counter>(path);
    one->measure = measure;
    // Windows numbers processes of one name anew whenever one of them ends.
    const parse::pdh_path& p = one->counter.path();
    if (p.all_instances() && (p.object == "Process" || p.object == "Thread"))
      one->identity = std::make_unique<pdh_counter>(
          cat("\\", p.object, "(", p.instance, ")\\", p.object == "Process" ? "ID Process" : "ID Thread"));
    a.counters.push_back(std::move(one));
  }

  void select(std::span<const std::uint32_t> wanted) {
    for (asked& a : asked_)
      a.wanted = false;
    for (const std::uint32_t number : wanted)
      if (number < asked_.size()) asked_[number].wanted = true;
    for (asked& a : asked_)
      for (const auto& one : a.counters)
        for (pdh_counter* c : {&one->counter, one->identity.get()}) {
          if (!c) continue;
          if (a.wanted)
            query_.want(*c);
          else
            query_.forget(*c);
        }
  }

  void fail(counter_state state, std::string why) { problem_ = {state, std::move(why)}; }
  void fail(const result<>& done) {
    if (done) return;
    const bool denied = done.error().code == errc::access_denied;
    fail(denied ? counter_state::denied : counter_state::failed, done.error().message);
  }

  void read_one(asked& a, PDH_STATUS collected, counter_sink& out) {
    if (a.request.origin == counter_origin::file) return read_file(a, out);
    if (a.set) read_direct(*a.set, out);
    for (const auto& one : a.counters)
      read_counter(*one, collected, out);
  }

  void read_direct(counter_set set, counter_sink& out) {
    switch (set) {
    case counter_set::cpu:
      return fail(direct_.read_cpu(out));
    case counter_set::memory:
      return fail(direct_.read_memory(out));
    case counter_set::filesystem:
      return fail(direct_.read_filesystems(out));
    case counter_set::network:
      return fail(direct_.read_network(out));
    case counter_set::system:
      return read_boot_time(out);
    case counter_set::disk:
    case counter_set::vmstat:
      return; // performance counters only
    case counter_set::pressure:
    case counter_set::files:
    case counter_set::cgroup:
      return fail(counter_state::missing, "Windows has nothing of the kind");
    }
  }

  // Looked up once, so that it does not move with the clocks' resolution.
  void read_boot_time(counter_sink& out) {
    constexpr double epoch = 11'644'473'600; // seconds from 1601, where a FILETIME begins, to 1970
    out.put(measure::boot_time_seconds, std::floor(static_cast<double>(boot_) / 1e7 - epoch));
  }

  void read_counter(one_counter& one, PDH_STATUS collected, counter_sink& out) {
    pdh_counter& c = one.counter;
    if (c.status() == ERROR_SUCCESS && !resolve(one)) return;
    ids_.clear();
    if (one.identity)
      query_.values(*one.identity, [this](std::wstring_view, double id) { ids_.push_back(id); });
    const bool all = c.path().all_instances();
    const std::size_t before = out.size();
    std::size_t position = 0;
    query_.values(c, [&](std::wstring_view instance, double value) {
      const std::size_t at = position++;
      if (one.measure == no_measure) return;
      name_.clear();
      append_utf8(name_, instance);
      if (all && name_ == total_instance) return; // it is the sum of the others
      const bool known = at < ids_.size() && ids_[at] >= 0;
      const std::uint64_t identity = known ? static_cast<std::uint64_t>(ids_[at]) : 0;
      if (one.measure == static_cast<std::uint32_t>(measure::page_faults))
        out.put(one.measure, value, "all"); // Windows does not tell them apart
      else if (measures_[one.measure].label_keys[0].empty())
        out.put(one.measure, value, {}, {}, identity);
      else
        out.put(one.measure, value, name_, {}, identity);
    });
    if (c.status() != ERROR_SUCCESS)
      fail(state_of(static_cast<std::uint32_t>(c.status())),
           pdh_text(static_cast<std::uint32_t>(c.status())));
    else if (collected != ERROR_SUCCESS && out.size() == before)
      fail(state_of(static_cast<std::uint32_t>(collected)), pdh_text(static_cast<std::uint32_t>(collected)));
  }

  // What it means, once Windows has told its type. False: nothing that Prometheus could show.
  bool resolve(one_counter& one) {
    if (one.measure != no_measure) return true;
    const auto m = parse::pdh_measure(one.counter.path(), one.counter.type());
    if (!m) {
      fail(counter_state::failed, "a performance counter of this type has no value of its own");
      return false;
    }
    one.measure = static_cast<std::uint32_t>(measures_.size());
    measures_.push_back(*m);
    return true;
  }

  void read_file(asked& a, counter_sink& out) {
    const std::string& path = a.request.name;
    if (!a.pattern) return fail(counter_state::failed, "the pattern is none");
    if (path.starts_with('/')) return fail(counter_state::missing, cat("there is no ", path, " on Windows"));
    if (path.find('*') != std::string::npos)
      return fail(counter_state::missing, "a * in the path of a file is read on Linux only");
    const std::uint32_t code = read_text_file(path, file_);
    if (code != 0) return fail(state_of(code), windows_error(code, cat("cannot read ", path)).message);
    const bool found = a.pattern->find(
        file_, [&](double value, std::string_view instance) { out.put(a.measure, value, instance); });
    if (!found) fail(counter_state::failed, cat("there is no number in ", path));
  }

  std::vector<counter_measure> measures_;
  std::uint64_t boot_;
  pdh_query query_;
  direct_counters direct_;
  std::deque<asked> asked_;
  problem problem_; // of the request that is being read
  std::vector<double> ids_;
  std::string name_, file_;
};

} // namespace

result<std::unique_ptr<counter_source>> counter_source::create(const counter_source_options&) {
  return std::make_unique<windows_counter_source>();
}

} // namespace reeve::os
