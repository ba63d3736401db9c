// SPDX-License-Identifier: Apache-2.0
// C++20 helper over the host's tables (process_table.h, socket_table.h, ...), header only: each is an extension with a
// want() that says what is needed and a read() that fills rows.
#pragma once

#include "reeve/plugin.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace reeve::sdk {

template <class Extension, class Rows>
class table {
 public:
  // `what` names it in messages, "process table" for one; it must outlive the table.
  table(host h, const char* extension, const char* what) noexcept
      : host_(h), functions_(h.extension<Extension>(extension)), what_(what) {}

  // Null: the host does not offer it.
  const Extension* functions() const noexcept { return functions_; }
  // Throws sdk::failure where the host has no such table or refuses what is wanted.
  template <class... What>
  void want(const call& c, What... what) const {
    if (!functions_) throw failure(std::string("the host offers no ") + what_, REEVE_E_UNSUPPORTED);
    if (const reeve_status status = functions_->want(host_.raw(), c.raw(), what...); status < 0)
      throw failure(std::string("the host refuses what is wanted of the ") + what_, status);
  }
  // The rows stay the host's, and good until the sample returns. Throws sdk::failure.
  Rows read(const call& c) const {
    Rows rows{};
    rows.struct_size = sizeof rows;
    if (const reeve_status status = functions_->read(host_.raw(), c.raw(), &rows); status < 0)
      throw failure(std::string("the ") + what_ + " could not be read", status);
    return rows;
  }

 private:
  host host_;
  const Extension* functions_;
  const char* what_;
};

// Row `i` of rows that may be longer than this plugin's headers know.
template <class Row>
const Row& row_at(const Row* first, std::size_t stride, std::size_t i) noexcept {
  return *reinterpret_cast<const Row*>(reinterpret_cast<const char*>(first) + i * stride);
}

} // namespace reeve::sdk
