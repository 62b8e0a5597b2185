"""Years of positions, computed by hand from the published tables; each line of arithmetic stands beside its amount."""

from __future__ import annotations

from staffing.calculation.pay import pay_year
from staffing.published_law import published_law
from tests.staffing.pay import flat, months, parts, percent, terms

LAW = published_law()


def test_a_full_year_of_e_10_step_3() -> None:
    found = pay_year(terms("E10", 3), 2023, LAW)

    assert parts(found) == {
        "gross": "49106.16",  # 12 x 4,092.18
        "bonus": "2875.98",  # 70.28 % of 4,092.18 = 2,875.984...
        # January to June: health 7.3 % 298.73, extra 0.8 % 32.74, care 1.525 % 62.41, pension 9.3 % 380.57,
        # unemployment 1.3 % 53.20 = 827.65. From July care 1.7 % 69.57 = 834.81.
        # November on 4,092.18 + 2,875.98 = 6,968.16, below what 11 months leave of 4,987.50 and 7,300.00:
        # 508.68 + 55.75 + 118.46 + 648.04 + 90.59 = 1,421.52.
        "insurance": "10561.47",  # 6 x 827.65 + 5 x 834.81 + 1,421.52
        # 7.75 % of 4,092.18 = 317.14; November 7.75 % of 6,968.16 = 540.03.
        "supplementary_pension": "4028.57",  # 11 x 317.14 + 540.03
        "personnel": "66572.18",
        "total": "66572.18",  # 49,106.16 + 2,875.98 + 10,561.47 + 4,028.57
    }
    assert months(found) == [
        ("Januar 2023", "5236.97"),  # 4,092.18 + 827.65 + 317.14
        ("Februar 2023", "5236.97"),
        ("März 2023", "5236.97"),
        ("April 2023", "5236.97"),
        ("Mai 2023", "5236.97"),
        ("Juni 2023", "5236.97"),
        ("Juli 2023", "5244.13"),  # 4,092.18 + 834.81 + 317.14
        ("August 2023", "5244.13"),
        ("September 2023", "5244.13"),
        ("Oktober 2023", "5244.13"),
        ("November 2023", "8929.71"),  # 4,092.18 + 2,875.98 + 1,421.52 + 540.03
        ("Dezember 2023", "5244.13"),
    ]


def test_a_full_year_of_s_12_step_4_with_its_allowance() -> None:
    found = pay_year(terms("S12", 4), 2023, LAW)

    assert parts(found) == {
        "gross": "50275.32",  # 12 x 4,189.61
        "allowance": "2160.00",  # 12 x 180.00
        "bonus": "3070.96",  # 70.28 % of 4,189.61 + 180.00 = 4,369.61: 3,070.961...
        # On 4,369.61: 318.98 + 34.96 + 66.64 (from July 74.28) + 406.37 + 56.80 = 883.75 (891.39).
        # November on 7,440.57: 543.16 + 59.52 + 126.49 + 691.97 + 96.73 = 1,517.87.
        "insurance": "11277.32",  # 6 x 883.75 + 5 x 891.39 + 1,517.87
        # 7.75 % of 4,369.61 = 338.64; of 7,440.57 = 576.64.
        "supplementary_pension": "4301.68",  # 11 x 338.64 + 576.64
        "personnel": "71085.28",
        "total": "71085.28",
    }


def test_a_start_on_the_17th_of_march() -> None:
    found = pay_year(terms("E10", 3, start="2023-03-17"), 2023, LAW)

    assert parts(found) == {
        "gross": "38809.71",  # 4,092.18 x 15 / 31 = 1,980.09; + 9 x 4,092.18
        "bonus": "2396.65",  # 70.28 % = 2,875.98, ten months of twelve
        # March on 1,980.09 (ceilings by 15 of 30 days: 2,493.75 and 3,650.00):
        # 144.55 + 15.84 + 30.20 + 184.15 + 25.74 = 400.48. Three months of 827.65, five of 834.81.
        # November on 6,488.83: 473.68 + 51.91 + 110.31 + 603.46 + 84.35 = 1,323.71.
        "insurance": "8381.19",
        # 7.75 % of 1,980.09 = 153.46; 8 x 317.14; of 6,488.83 = 502.88.
        "supplementary_pension": "3193.46",
        "personnel": "52781.01",
        "total": "52781.01",
    }
    assert months(found)[0] == ("März 2023", "2534.03")  # 1,980.09 + 400.48 + 153.46


def test_half_a_position_of_an_association_whose_step_rises_in_july() -> None:
    # In step 3 since 10.07.2020, three years: step 4 is reached on 10.07.2023 and paid from the first of July.
    found = pay_year(
        terms("E10", 3, fte="0.5", step_since="2020-07-10", employer_is_city=False, supplementary_pension=None),
        2023,
        LAW,
    )

    assert parts(found) == {
        "gross": "25591.56",  # 6 x 2,046.09 (half of 4,092.18) + 6 x 2,219.17 (half of 4,438.33 is 2,219.165: up)
        "bonus": "1559.63",  # 70.28 % of 2,219.17 = 1,559.632...
        # On 2,046.09: 149.36 + 16.37 + 31.20 + 190.29 + 26.60, levy 0.06 % 1.23 = 415.05.
        # On 2,219.17: 162.00 + 17.75 + 37.73 + 206.38 + 28.85, levy 1.33 = 454.04.
        # November on 3,778.80: 275.85 + 30.23 + 64.24 + 351.43 + 49.12, levy 2.27 = 773.14.
        "insurance": "5533.64",  # 6 x 415.05 + 5 x 454.04 + 773.14
        "personnel": "32684.83",
        "total": "32684.83",
    }


def test_pay_above_the_ceiling_of_health_and_a_bonus_above_that_of_pension() -> None:
    found = pay_year(terms("E15", 6), 2023, LAW)

    assert parts(found) == {
        "gross": "85731.24",  # 12 x 7,144.27
        "bonus": "3699.30",  # 51.78 % of 7,144.27 = 3,699.303...
        # Health and care on 4,987.50 only: 364.09 + 39.90 + 76.06 (84.79); pension and unemployment on 7,144.27:
        # 664.42 + 92.88; together 1,237.35 (from July 1,246.08).
        # November: no room for health; for pension 11 x (7,300.00 - 7,144.27) = 1,713.03 of the bonus count, so
        # 8,857.30: 823.73 + 115.14; together 1,427.65.
        "insurance": "15082.15",  # 6 x 1,237.35 + 5 x 1,246.08 + 1,427.65
        # The pension fund knows no such ceiling: 11 x 553.68 + 840.38 (7.75 % of 10,843.57).
        "supplementary_pension": "6930.86",
        "personnel": "111443.55",
        "total": "111443.55",
    }


def test_the_year_2024_with_two_tables_e() -> None:
    found = pay_year(terms("E10", 3), 2024, LAW)

    assert parts(found) == {
        "gross": "53466.86",  # 2 x 4,092.18 + 10 x 4,528.25
        "bonus": "3182.45",  # 70.28 % of 4,528.25 = 3,182.454...
        # On 4,092.18: 298.73 + 34.78 (0.85 %) + 69.57 + 380.57 + 53.20 = 836.85.
        # On 4,528.25: 330.56 + 38.49 + 76.98 + 421.13 + 58.87 = 926.03.
        # November on 7,710.70: 562.88 + 65.54 + 131.08 + 717.10 + 100.24 = 1,576.84.
        "insurance": "11584.81",  # 2 x 836.85 + 9 x 926.03 + 1,576.84
        "supplementary_pension": "4390.32",  # 2 x 317.14 + 9 x 350.94 + 597.58
        "personnel": "72624.44",
        "total": "72624.44",
    }


def test_the_year_2024_with_three_tables_s_and_new_step_durations() -> None:
    # In step 2 since 15.05.2022. Until 30.09.2024 it lasts three years, from 01.10.2024 two, which are long over.
    found = pay_year(terms("S12", 2, step_since="2022-05-15"), 2024, LAW)

    assert parts(found) == {
        "gross": "48207.73",  # 2 x 3,593.37 + 7 x 4,002.01 + 3 x 4,335.64 (step 3)
        "allowance": "2160.00",
        "bonus": "2939.12",  # 70.28 % of 4,002.01 + 180.00 = 4,182.01, before the rise: 2,939.116...
        # On 3,773.37: 275.46 + 32.07 + 64.15 + 350.92 + 49.05 = 771.65.
        # On 4,182.01: 305.29 + 35.55 + 71.09 + 388.93 + 54.37 = 855.23.
        # On 4,515.64: 329.64 + 38.38 + 76.77 + 419.95 + 58.70 = 923.44.
        # November on 7,454.76: 544.20 + 63.37 + 126.73 + 693.29 + 96.91 = 1,524.50.
        "insurance": "10901.29",  # 2 x 771.65 + 7 x 855.23 + 2 x 923.44 + 1,524.50
        "supplementary_pension": "4131.31",  # 2 x 292.44 + 7 x 324.11 + 2 x 349.96 + 577.74
        "personnel": "68339.45",
        "total": "68339.45",
    }


def test_flats_of_workplace_and_overhead_come_on_top() -> None:
    found = pay_year(
        terms("E10", 3, start="2023-03-17", workplace=flat("9700.00"), overhead=percent("overhead_rate", "20")),
        2023,
        LAW,
    )

    assert {name: parts(found)[name] for name in ("personnel", "workplace", "overhead", "total")} == {
        "personnel": "52781.01",
        "workplace": "8083.33",  # 9,700.00, ten months of twelve
        "overhead": "10556.20",  # 20 % of 52,781.01
        "total": "71420.54",
    }
