"""Who acts: the bodies that issue papers, and the roles that a step of the ladder calls on."""

from __future__ import annotations

from typing import Literal

Body = Literal[
    "class_teacher", "school", "central_school", "village", "township", "education_bureau", "supervision", "county"
]  # fmt: skip
Role = Literal[
    "subject_teacher", "class_teacher", "teaching_office", "grade_leader", "deputy_head", "principal", "registrar",
    "school", "central_school", "village", "police", "township", "education_bureau", "supervision", "county",
]  # fmt: skip
ROLES: dict[Role, str] = {
    "subject_teacher": "任课教师", "class_teacher": "班主任", "teaching_office": "教导处", "grade_leader": "包级领导",
    "deputy_head": "学校分管负责人", "principal": "校长", "registrar": "学籍管理员", "school": "学校",
    "central_school": "中心学校", "village": "村（居）民委员会", "police": "公安派出所", "township": "乡镇人民政府",
    "education_bureau": "县级教育行政部门", "supervision": "县级人民政府教育督导机构", "county": "县级人民政府",
}  # fmt: skip
"""What users read of roles; a body that a cell of the dataset names is known by it too."""
AUTHORITIES: frozenset[Role] = frozenset({"township", "education_bureau"})
"""Who may by law urge a guardian in writing, or order."""
AT_SCHOOL: frozenset[Role] = frozenset({
    "subject_teacher", "class_teacher", "teaching_office", "grade_leader", "deputy_head", "principal", "registrar",
    "school", "central_school",
})  # fmt: skip
"""Who acts for a school."""
