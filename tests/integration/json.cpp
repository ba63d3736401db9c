// SPDX-License-Identifier: Apache-2.0
// Boost.JSON's sources, compiled once for the programs of this folder.
#include <boost/json/src.hpp>
