// SPDX-License-Identifier: Apache-2.0
// The one error type. Fallible functions return result<T>; on failure their outputs are untouched.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace reeve {

enum class errc : std::uint8_t {
  failed,           // none of the below; the message says what
  invalid_argument, // the caller's input is wrong; trying again does not help
  not_found,        // the thing is not there (a process that vanished, a file)
  access_denied,    // it is there, and this account may not see or touch it
  unsupported,      // this system, kernel or build cannot do it
  limit,            // a stated bound was reached
  timed_out,
  cancelled,
  busy, // another holds it; may work later
};

// Short stable name, used as a metric label ("access_denied").
const char* name_of(errc code) noexcept;

struct error {
  errc code = errc::failed;
  std::string message; // one sentence for a person: what was tried, on what, and what the system said
  int os_code = 0;     // errno or GetLastError(), 0 where no call failed
};

template <class T = void>
using result = boost::system::result<T, error>;

// value() on a failed result is a bug in the caller; Boost.System finds this by argument-dependent lookup.
[[noreturn]] inline void throw_exception_from_error(const error& e, const boost::source_location&) {
  throw std::runtime_error(e.message);
}

} // namespace reeve
