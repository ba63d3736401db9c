// SPDX-License-Identifier: Apache-2.0
#include "parse/switch_totals.hpp"
#include "parse/windows_process_info.hpp"
#include "reeve/os/process_table.hpp"
#include "windows/process_details.hpp"
#include "windows/process_list.hpp"

#include <memory>
#include <string_view>

namespace reeve::os {

namespace {

class process_table_windows final : public process_table {
 public:
  explicit process_table_windows(const process_table_options& options)
      : short_lived_unavailable_(
            options.watch_short_lived
                ? "Windows tells of starts and exits only through an event-tracing session, "
                  "which this agent does not open"
                : "") {}

  result<> read(process_fields wanted, process_rows& out) override {
    if (auto listed = list_.read(); !listed) return listed;
    out.short_lived.clear();
    if (auto parsed = parse::parse_windows_processes(list_.bytes(), list_.address(), wanted, out); !parsed)
      return parsed;
    if (has(wanted, process_field::context_switches)) switches_.accumulate(out);
    details_.add_to(out, wanted);
    return {};
  }

  std::string_view backend() const noexcept override { return "ntquery"; }
  std::string_view short_lived_unavailable() const noexcept override { return short_lived_unavailable_; }

 private:
  process_list list_;
  parse::switch_totals switches_;
  process_details details_;
  std::string_view short_lived_unavailable_;
};

} // namespace

result<std::unique_ptr<process_table>> process_table::create(const process_table_options& options) {
  return std::unique_ptr<process_table>(std::make_unique<process_table_windows>(options));
}

} // namespace reeve::os
