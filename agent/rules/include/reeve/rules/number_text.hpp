// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace reeve::rules {

// A value as the API of Prometheus writes it: the shortest digits, with an exponent below 1e-6 and from 1e21 on; NaN, +Inf,
// -Inf. Reading it back gives the same value.
std::string number_text(double value);

} // namespace reeve::rules
