// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin.hpp"
#include "reeve/process_table.h"

namespace sdk = reeve::sdk;

class name_count final : public sdk::plugin {
 public:
  static constexpr const char* needs[] = {REEVE_EXT_PROCESS_TABLE, nullptr};
  static constexpr sdk::description about{.id = "org.example.name-count",
                                          .name = "name-count",
                                          .version = "1.0.0",
                                          .vendor = "Example",
                                          .text = "Counts the processes of one name.",
                                          .license = "Apache-2.0",
                                          .needs = needs};

  explicit name_count(sdk::host h)
      : plugin(h), table_(h.extension<reeve_process_table>(REEVE_EXT_PROCESS_TABLE)) {}

  void configure(sdk::config& config, const sdk::call& call) override {
    name_ = config.text_or("name", "");
    if (name_.empty()) config.reject("name", "say which name to count");
    table_->want(the_host().raw(), call.raw(), REEVE_PROCESS_STATE); // identity and name come anyway
  }

  void start(const sdk::call& call) override {
    const auto family = the_host().family(call, sdk::kind::gauge, "example_named_processes",
                                          "Living processes of the configured name.", {"name"});
    const reeve_label label = sdk::label(name_);
    series_ = the_host().series(call, family, {&label, 1});
  }

  reeve_status sample(const sdk::call& call) override {
    reeve_process_rows rows{};
    rows.struct_size = sizeof rows;
    if (const reeve_status status = table_->read(the_host().raw(), call.raw(), &rows); status < 0)
      throw sdk::failure("the process table cannot be read now", status);
    double count = 0;
    const char* at = reinterpret_cast<const char*>(rows.rows);
    for (std::uint32_t i = 0; i < rows.n_rows; ++i, at += rows.row_stride) { // by the stride: rows may grow
      const auto& row = *reinterpret_cast<const reeve_process_row*>(at);
      const std::string_view name(rows.text + row.name.offset, row.name.length);
      if (name == name_ && row.state != REEVE_STATE_ZOMBIE) ++count;
    }
    sdk::emitter out(the_host(), call);
    out.point(series_, count);
    return out.flush();
  }

 private:
  const reeve_process_table* table_;
  std::string name_;
  std::uint64_t series_ = 0;
};

REEVE_PLUGIN(name_count)
