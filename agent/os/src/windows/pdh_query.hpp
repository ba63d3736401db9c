// SPDX-License-Identifier: Apache-2.0
// Performance counters by their English paths, all collected at once, as raw values.
// Not thread-safe. Microsoft ties none of these calls to a thread, so that each reading may be on another one. They run
// the libraries of whoever offers the counters inside this process: the first use of an object loads its library, and
// one that hangs holds the call; nothing here can end it.
#pragma once

#include "parse/pdh_meaning.hpp"
#include "windows/windows.hpp"

#include <pdh.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

class pdh_counter {
 public:
  explicit pdh_counter(std::string path);

  const parse::pdh_path& path() const noexcept { return parsed_; }
  // PDH's status of the last attempt to add or read it; ERROR_SUCCESS while it works.
  PDH_STATUS status() const noexcept { return status_; }
  std::uint32_t type() const noexcept { return type_; }

 private:
  friend class pdh_query;
  std::string text_;
  parse::pdh_path parsed_; // in text_
  std::wstring wide_;
  PDH_HCOUNTER handle_ = nullptr;
  PDH_STATUS status_ = ERROR_SUCCESS;
  std::uint32_t type_ = 0;
  double ticks_per_second_ = 0;
  std::uint64_t next_attempt_ = 0; // to add it: number of a collection
};

class pdh_query {
 public:
  explicit pdh_query(std::uint64_t boot_filetime) : boot_(boot_filetime) {}
  ~pdh_query();
  pdh_query(const pdh_query&) = delete;

  // Sees to it that the counter is collected from now on, or not any more. What is not there is tried again at every
  // thirtieth collection, because looking for it may cost as much as all the rest.
  void want(pdh_counter& c);
  void forget(pdh_counter& c) noexcept;

  // One collection of all that is wanted.
  PDH_STATUS collect();

  // The values of the last collection, one for each instance. `instance` is empty where the object has none.
  using taker = std::function<void(std::wstring_view instance, double value)>;
  void values(pdh_counter& c, const taker& take);

 private:
  void take_one(pdh_counter& c, const taker& take);
  void take_all(pdh_counter& c, const taker& take);

  std::uint64_t boot_;
  PDH_HQUERY query_ = nullptr;
  std::uint64_t collections_ = 0;
  std::size_t wanted_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
  DWORD buffer_size_ = 0;
};

} // namespace reeve::os
