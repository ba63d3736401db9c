// SPDX-License-Identifier: Apache-2.0
// Says which processes leak handles, threads or memory, how sure that is and how long it can go on.
#include "emission.hpp"
#include "host_kinds.hpp"
#include "kind_watch.hpp"
#include "leak_watch.hpp"
#include "options.hpp"

#include "reeve/plugin.hpp"
#include "reeve/process_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace reeve::handle_leak {

namespace {

std::string_view text_of(const reeve_process_rows& rows, reeve_text t) noexcept {
  if (t.offset > rows.text_length || t.length > rows.text_length - t.offset) return {};
  return {rows.text + t.offset, t.length};
}

process_reading reading_of(const reeve_process_rows& rows, const reeve_process_row& row) noexcept {
  process_reading out;
  out.pid = row.pid;
  out.start = row.start;
  out.name = text_of(rows, row.name);
  const auto take = [&](resource r, std::uint32_t field, std::uint64_t value) {
    if ((row.present & field) != 0) out.value[static_cast<std::size_t>(r)] = static_cast<double>(value);
  };
  take(resource::handles, REEVE_PROCESS_OPEN_HANDLES, row.open_handles);
  take(resource::threads, REEVE_PROCESS_THREADS, row.threads);
  take(resource::memory, REEVE_PROCESS_PRIVATE_MEMORY, row.private_bytes);
  if ((row.present & REEVE_PROCESS_OPEN_HANDLES_LIMIT) != 0 && row.open_handles_limit != UINT64_MAX)
    out.handles_limit = static_cast<double>(row.open_handles_limit);
  return out;
}

} // namespace

class handle_leak final : public sdk::plugin {
  static constexpr const char* needs[] = {REEVE_EXT_PROCESS_TABLE, nullptr};

 public:
  static constexpr sdk::description about{"org.reeve.handle-leak",
                                          "handle-leak",
                                          "0.1.0",
                                          "Reeve",
                                          "Leaks of handles, threads and memory, by process",
                                          "Apache-2.0",
                                          0,
                                          needs};

  explicit handle_leak(sdk::host h)
      : plugin(h), table_(h, REEVE_EXT_PROCESS_TABLE, "process table"),
        open_files_(h.extension<reeve_open_files>(REEVE_EXT_OPEN_FILES)) {}

  void configure(sdk::config& config, const sdk::call&) override { options_ = read_options(config); }

  void start(const sdk::call& call) override {
    table_.want(call, wanted_fields(options_));
    watch_.emplace(options_.watch);
    if (options_.kind_readings != 0) kinds_.emplace(options_.kind_readings);
    emission_.emplace(options_.max_reported);
    emission_->declare(the_host(), call);
  }

  reeve_status sample(const sdk::call& call) override {
    const reeve_process_rows rows = table_.read(call);
    if (rows.n_rows > 0 && rows.row_stride < sizeof(reeve_process_row))
      throw sdk::failure("the host's process rows are too short", REEVE_E_UNSUPPORTED);
    const kind_watch* const kinds = kinds_ ? &*kinds_ : nullptr;
    try {
      take(call, rows);
      if (kinds_) {
        host_kinds reader(the_host(), call, open_files_);
        kinds_->update(*watch_, reader);
      }
    } catch (...) { // no time is left; what was found by now is told all the same
      emission::tell(the_host(), *watch_, kinds);
      throw;
    }
    emission::tell(the_host(), *watch_, kinds);
    tell_of_limit();
    return emission_->write(the_host(), call, *watch_, kinds);
  }

 private:
  void take(const sdk::call& call, const reeve_process_rows& rows) {
    constexpr std::uint32_t breath_every = 256;
    watch_->begin(static_cast<double>(rows.read_mono_ns) * 1e-9);
    for (std::uint32_t i = 0; i < rows.n_rows; ++i) {
      if (i % breath_every == 0) call.check();
      const reeve_process_row& row = sdk::row_at(rows.rows, rows.row_stride, i);
      if ((row.flags & REEVE_PROCESS_KERNEL_THREAD) != 0 && !options_.kernel_threads) continue;
      watch_->add(reading_of(rows, row));
    }
    watch_->end();
  }

  // Once: the metric tells how it goes on.
  void tell_of_limit() {
    if (watch_->left_out() == 0 || told_) return;
    told_ = true;
    the_host().log(REEVE_WARN,
                   "more processes than max_processes = " + std::to_string(options_.watch.max_processes) +
                       "; further ones are not watched for leaks");
  }

  sdk::process_table table_;
  const reeve_open_files* open_files_;
  options options_;
  std::optional<leak_watch> watch_;
  std::optional<kind_watch> kinds_; // nothing: switched off
  std::optional<emission> emission_;
  bool told_ = false;
};

} // namespace reeve::handle_leak

REEVE_PLUGIN(reeve::handle_leak::handle_leak)
