"""The forecaster of a commune without records. Made by ``python -m hil.shipped_forecast``, not by hand.

It knows no station upstream: how far a metre up there lifts the water here is different on every river, and a commune
learns it from its own records with ``molang flood train``.
"""

import json

from edge.core.forecast.model import Model, from_json


def default_model() -> Model:
    """The model that is shipped."""
    return from_json(json.loads(NUMBERS))


NUMBERS = """
{
 "version": 1,
 "station": "",
 "upstream": "",
 "source": "hil.known_river",
 "floods": 24,
 "release_lag_h": 0.0,
 "fastest_m_h": 0.55,
 "fits": [
  {
   "horizon_h": 1.0,
   "names": [
    "rate",
    "bend",
    "trend"
   ],
   "weights": [
    1.233,
    -0.3618,
    -0.3237
   ],
   "drift": [
    0.4932,
    11.64,
    0.5488
   ],
   "band": [
    0.2105,
    0.0004478,
    0.0,
    0.0,
    0.0,
    0.2374,
    0.0009478
   ],
   "low": -1.749,
   "high": 1.565,
   "usual_m": 0.01848,
   "n": 2243
  },
  {
   "horizon_h": 1.0,
   "names": [
    "rate",
    "bend",
    "trend",
    "rain_3"
   ],
   "weights": [
    1.218,
    -0.3717,
    -0.3151,
    0.004394
   ],
   "drift": [
    0.4932,
    11.64,
    0.5488,
    0.006227
   ],
   "band": [
    0.1971,
    0.0002519,
    0.0,
    0.0,
    0.01441,
    0.2334,
    0.0006596
   ],
   "low": -1.801,
   "high": 1.552,
   "usual_m": 0.01824,
   "n": 2243
  },
  {
   "horizon_h": 3.0,
   "names": [
    "rate",
    "bend",
    "trend"
   ],
   "weights": [
    2.756,
    1.379,
    -0.189
   ],
   "drift": [
    0.4855,
    11.72,
    0.5713
   ],
   "band": [
    0.7863,
    0.04129,
    0.0,
    0.0,
    0.0,
    0.3454,
    0.001938
   ],
   "low": -1.712,
   "high": 1.436,
   "usual_m": 0.06886,
   "n": 2243
  },
  {
   "horizon_h": 3.0,
   "names": [
    "rate",
    "bend",
    "trend",
    "rain_3"
   ],
   "weights": [
    2.642,
    1.243,
    -0.1157,
    0.02955
   ],
   "drift": [
    0.4855,
    11.72,
    0.5713,
    0.004564
   ],
   "band": [
    0.5865,
    0.009691,
    0.0,
    0.0,
    0.1944,
    0.3401,
    0.001046
   ],
   "low": -1.867,
   "high": 1.354,
   "usual_m": 0.06677,
   "n": 2243
  },
  {
   "horizon_h": 6.0,
   "names": [
    "rate",
    "bend",
    "trend"
   ],
   "weights": [
    3.724,
    4.812,
    0.6906
   ],
   "drift": [
    0.5316,
    11.48,
    0.6115
   ],
   "band": [
    3.01,
    0.0945,
    0.0,
    0.0,
    0.0,
    0.4256,
    0.01047
   ],
   "low": -1.621,
   "high": 1.515,
   "usual_m": 0.1951,
   "n": 2569
  },
  {
   "horizon_h": 6.0,
   "names": [
    "rate",
    "bend",
    "trend",
    "rain_3"
   ],
   "weights": [
    3.46,
    4.019,
    0.7733,
    0.1154
   ],
   "drift": [
    0.5316,
    11.48,
    0.6115,
    0.00404
   ],
   "band": [
    1.231,
    0.06137,
    0.0,
    0.0,
    0.7126,
    0.4422,
    0.007516
   ],
   "low": -1.918,
   "high": 1.251,
   "usual_m": 0.1772,
   "n": 2569
  },
  {
   "horizon_h": 9.0,
   "names": [
    "rate",
    "bend",
    "trend"
   ],
   "weights": [
    4.798,
    5.373,
    1.071
   ],
   "drift": [
    0.5469,
    11.69,
    0.6379
   ],
   "band": [
    8.515,
    0.1371,
    0.0,
    0.0,
    0.0,
    0.3873,
    0.02773
   ],
   "low": -1.567,
   "high": 1.732,
   "usual_m": 0.3359,
   "n": 2619
  },
  {
   "horizon_h": 9.0,
   "names": [
    "rate",
    "bend",
    "trend",
    "rain_3"
   ],
   "weights": [
    4.177,
    4.369,
    1.347,
    0.2111
   ],
   "drift": [
    0.5469,
    11.69,
    0.6379,
    0.003721
   ],
   "band": [
    1.36,
    0.123,
    0.0,
    0.0,
    1.497,
    0.4702,
    0.02012
   ],
   "low": -1.919,
   "high": 1.23,
   "usual_m": 0.2924,
   "n": 2619
  }
 ]
}
"""
