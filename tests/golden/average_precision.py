"""Mean average precision of drawn objects and detections, from pycocotools: writes average_precision.txt beside this file.

Run: python tests/golden/average_precision.py    (pycocotools 2.0)
"""

import contextlib
import io
import pathlib
import random

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

random.seed(4)
IMAGES, CLASSES = 20, 4  # of the last class there are detections, but no objects


def box():
    w, h = (round(random.uniform(0.1, 0.4), 3) for _ in "wh")
    return [round(random.uniform(0, 1 - w), 3), round(random.uniform(0, 1 - h), 3), w, h]


def near(b):
    spread = random.choice([0.005, 0.02, 0.05])
    return [max(0.01, round(v + random.gauss(0, spread), 3)) for v in b]


objects, found, text = [], [], "# made by average_precision.py: class (and score), left, top, width, height\n"
for image in range(IMAGES):
    truths = [(random.randrange(CLASSES - 1), box()) for _ in range(random.randrange(6))]
    detections = []
    for c, b in truths:
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            right = random.random() < 0.9
            detections.append((c if right else random.randrange(CLASSES), near(b)))
    detections += [(random.randrange(CLASSES), box()) for _ in range(random.randrange(3))]
    for c, b in truths:
        area = b[2] * b[3]
        objects.append(dict(id=len(objects) + 1, image_id=image, category_id=c, bbox=b, area=area, iscrowd=0))
        text += f"object {c} {' '.join(map(str, b))}\n"
    for c, b in detections:
        score = round(random.random(), 1)  # with ties
        found.append(dict(image_id=image, category_id=c, bbox=b, score=score))
        text += f"found {c} {score} {' '.join(map(str, b))}\n"
    text += "image\n"

with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO()
    coco.dataset = dict(
        images=[dict(id=i) for i in range(IMAGES)],
        categories=[dict(id=c) for c in range(CLASSES)],
        annotations=objects,
    )
    coco.createIndex()
    evaluation = COCOeval(coco, coco.loadRes(found), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
for name, value in zip(["mAP@0.5:0.95", "mAP@0.5", "mAP@0.75"], evaluation.stats):
    text += f"{name} {value}\n"
pathlib.Path(__file__).with_suffix(".txt").write_text(text)
