// SPDX-License-Identifier: Apache-2.0
// A machine on which nothing begins or ends: what a tick costs there is what it costs for ever.
#pragma once

#include "reeve/os/process_table.hpp"

#include <memory>
#include <string>
#include <utility>

namespace reeve::bench {

class still_machine final : public os::process_table {
 public:
  // A hundred names, an executable, a command line and a user for each process. `short_lived_trouble` is what
  // a system says that cannot tell of short-lived processes.
  still_machine(std::uint32_t processes, std::string short_lived_trouble)
      : trouble_(std::move(short_lived_trouble)) {
    const auto text = [this](const std::string& piece) {
      const os::text_ref ref{static_cast<std::uint32_t>(rows_.text.size()),
                             static_cast<std::uint32_t>(piece.size())};
      rows_.text += piece;
      return ref;
    };
    for (std::uint32_t i = 0; i < processes; ++i) {
      const std::string name = "program-" + std::to_string(i % 100);
      os::process_row& row = rows_.rows.emplace_back();
      row.id = {1000 + i * 7 % 32749, 5000 + i};
      row.ppid = i > 0 ? 1000 : 1;
      row.present = os::all_process_fields;
      row.state = os::process_state::sleeping;
      row.name = text(name);
      row.executable = text("/usr/lib/program/bin/" + name);
      row.command_line =
          text("/usr/lib/program/bin/" + name +
               " --config=/etc/program/program.conf --port=8080 --workers=" + std::to_string(i));
      row.user = text("service");
      row.threads = 4;
      row.resident_bytes = 20'000'000 + i * 4096;
      row.virtual_bytes = 400'000'000;
      row.private_bytes = 10'000'000;
      row.open_handles = 30;
      row.open_handles_limit = 1024;
      row.start_unix_ns = 1'700'000'000'000'000'000 + i;
    }
  }

  // The counters of one process in ten move.
  result<> read(os::process_fields, os::process_rows& out) override {
    for (std::size_t i = ++readings_ % 10; i < rows_.rows.size(); i += 10)
      rows_.rows[i].cpu_user_ns += 10'000'000;
    out.rows.assign(rows_.rows.begin(), rows_.rows.end());
    out.short_lived.clear();
    out.text.assign(rows_.text);
    out.unreadable = {};
    return {};
  }
  std::string_view backend() const noexcept override { return "still"; }
  std::string_view short_lived_unavailable() const noexcept override { return trouble_; }

 private:
  os::process_rows rows_;
  std::string trouble_;
  std::size_t readings_ = 0;
};

} // namespace reeve::bench
