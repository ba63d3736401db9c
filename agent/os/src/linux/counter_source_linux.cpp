// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/counter_source.hpp"

#include "counters/catalogue.hpp"
#include "linux/cgroup_reader.hpp"
#include "linux/filesystem_reader.hpp"
#include "linux/kept_file.hpp"
#include "linux/number_files.hpp"
#include "parse/linux_counters.hpp"
#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

namespace reeve::os {

namespace {

constexpr double default_ticks_per_second = 100;

counter_state state_of(int problem) noexcept {
  switch (problem) {
  case ENOENT:
  case ENOTDIR:
  case ENODEV:
  case ENXIO:
  case EOPNOTSUPP: // pressure, when it is switched off
    return counter_state::missing;
  case EACCES:
  case EPERM:
    return counter_state::denied;
  default:
    return counter_state::failed;
  }
}

std::string why(const std::string& what, int problem) {
  if (problem == ENODATA) return cat("there is no number in ", what);
  if (problem == EINVAL) return cat(what, " is not a file, or cannot be read");
  return posix_error(problem, cat("cannot read ", what)).message;
}

class linux_counter_source final : public counter_source {
 public:
  explicit linux_counter_source(const counter_source_options& o)
      : proc_(o.proc_root), measures_(catalogue().begin(), catalogue().end()), stat_(proc_ + "/stat"),
        meminfo_(proc_ + "/meminfo"), diskstats_(proc_ + "/diskstats"), net_dev_(proc_ + "/net/dev"),
        vmstat_(proc_ + "/vmstat"),
        file_nr_(proc_ + "/sys/fs/file-nr"), pressure_{kept_file(proc_ + "/pressure/cpu"),
                                                       kept_file(proc_ + "/pressure/memory"),
                                                       kept_file(proc_ + "/pressure/io")},
        filesystems_(proc_ + "/self/mountinfo"), cgroups_(proc_, std::string(o.sys_root)) {
    if (const long hertz = ::sysconf(_SC_CLK_TCK); hertz > 0) ticks_per_second_ = static_cast<double>(hertz);
    page_bytes_ = static_cast<double>(std::max(::sysconf(_SC_PAGESIZE), 1L));
  }

  void add(const counter_request& request) override {
    asked& a = asked_.emplace_back();
    a.request = request;
    if (request.origin == counter_origin::set) a.set = set_named(request.name);
    if (request.origin == counter_origin::file) {
      auto pattern = number_pattern::compile(request.argument);
      if (!pattern) return;
      a.files = std::make_unique<number_files>(request.name, *std::move(pattern));
      a.measure = static_cast<std::uint32_t>(measures_.size());
      measures_.push_back({"file_value", "A number in a file.", "", counter_kind::gauge, {"instance", ""}});
    }
  }

  result<> read(std::span<const std::uint32_t> wanted, counter_rows& out) override {
    ++tick_;
    out.rows.clear();
    out.text.clear();
    out.statuses.assign(asked_.size(), counter_status{});
    for (const std::uint32_t number : wanted) {
      if (number >= asked_.size()) continue;
      counter_sink sink(out, number);
      const std::size_t before = sink.size();
      failure_ = nullptr;
      const int problem = read_one(asked_[number], sink);
      counter_status& status = out.statuses[number];
      status.state = problem == 0 || sink.size() > before ? counter_state::available : state_of(problem);
      if (status.state == counter_state::available) continue;
      const std::string text = asked_[number].request.origin == counter_origin::pdh
                                   ? "performance counters are a thing of Windows"
                                   : why(failure_ ? *failure_ : asked_[number].request.name, problem);
      status.why = {static_cast<std::uint32_t>(out.text.size()), static_cast<std::uint32_t>(text.size())};
      out.text += text;
    }
    return {};
  }

  std::span<const counter_measure> measures() const noexcept override { return measures_; }
  std::string_view backend() const noexcept override { return "procfs"; }

 private:
  struct asked {
    counter_request request;
    std::optional<counter_set> set;
    std::unique_ptr<number_files> files;
    std::uint32_t measure = 0;
  };

  int read_one(asked& a, counter_sink& out) {
    if (a.files) return a.files->read(tick_, a.measure, out);
    if (!a.set) return ENXIO;
    switch (*a.set) {
    case counter_set::cpu:
      return parsed(
          stat_, [&](std::string_view t) { return parse::parse_proc_stat_cpu(t, ticks_per_second_, out); });
    case counter_set::system:
      return parsed(stat_, [&](std::string_view t) { return parse::parse_proc_stat_system(t, out); });
    case counter_set::memory:
      return parsed(meminfo_, [&](std::string_view t) { return parse::parse_meminfo(t, out); });
    case counter_set::disk:
      return parsed(diskstats_,
                    [&](std::string_view t) { return t.empty() || parse::parse_diskstats(t, out); });
    case counter_set::filesystem:
      name_failure(filesystems_.path());
      return filesystems_.read(tick_, out);
    case counter_set::network:
      return parsed(net_dev_, [&](std::string_view t) { return parse::parse_net_dev(t, out); });
    case counter_set::pressure:
      return read_pressure(out);
    case counter_set::vmstat:
      return parsed(vmstat_, [&](std::string_view t) { return parse::parse_vmstat(t, page_bytes_, out); });
    case counter_set::files:
      return parsed(file_nr_, [&](std::string_view t) { return parse::parse_file_nr(t, out); });
    case counter_set::cgroup:
      cgroup_text_ = "the control group ";
      cgroup_text_ += a.request.argument.empty() ? "of the agent (version 2)" : a.request.argument.c_str();
      name_failure(cgroup_text_);
      return cgroups_.read(a.request.argument, out);
    }
    return ENXIO;
  }

  template <class Parse>
  int parsed(kept_file& file, Parse&& parse) {
    int problem = 0;
    const std::string_view text = file.read(tick_, problem);
    name_failure(file.path());
    if (problem != 0) return problem;
    return parse(text) ? 0 : ENODATA;
  }

  int read_pressure(counter_sink& out) {
    static constexpr std::string_view resources[] = {"cpu", "memory", "io"};
    int problem = 0;
    for (std::size_t i = 0; i < std::size(resources); ++i) {
      const int one = parsed(pressure_[i],
                             [&](std::string_view t) { return parse::parse_pressure(t, resources[i], out); });
      if (one != 0) problem = one;
    }
    return problem;
  }

  // What a failure of the reading in progress is about.
  void name_failure(const std::string& what) noexcept { failure_ = &what; }

  std::string proc_;
  std::vector<counter_measure> measures_;
  std::vector<asked> asked_;
  std::uint64_t tick_ = 0;
  double ticks_per_second_ = default_ticks_per_second;
  double page_bytes_ = 0;
  kept_file stat_, meminfo_, diskstats_, net_dev_, vmstat_, file_nr_;
  std::array<kept_file, 3> pressure_;
  filesystem_reader filesystems_;
  cgroup_reader cgroups_;
  std::string cgroup_text_;
  const std::string* failure_ = nullptr;
};

} // namespace

result<std::unique_ptr<counter_source>> counter_source::create(const counter_source_options& options) {
  return std::make_unique<linux_counter_source>(options);
}

} // namespace reeve::os
