// SPDX-License-Identifier: Apache-2.0
// What processes have open, as the host tells it.
#pragma once

#include "kind_watch.hpp"

#include "reeve/open_files.h"
#include "reeve/plugin.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::handle_leak {

class host_kinds final : public kind_reader { // for one sample()
 public:
  // `functions` may be null: the host offers none.
  host_kinds(const sdk::host& h, const sdk::call& c, const reeve_open_files* functions) noexcept
      : host_(h), call_(c), functions_(functions) {}

  bool counts(std::uint32_t pid, std::uint64_t start, std::vector<kind_count>& out,
              unread_reason& why) override;
  std::string example(std::uint32_t pid, std::uint64_t start, std::string_view kind) override;

 private:
  const sdk::host& host_;
  const sdk::call& call_;
  const reeve_open_files* functions_;
};

} // namespace reeve::handle_leak
