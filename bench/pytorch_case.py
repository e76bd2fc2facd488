"""One case of `npm run bench`, in PyTorch: answers a line of milliseconds for each line `run` on standard input.

    python pytorch_case.py '{"kind": "step", "fusion": "stacked", "backbone": "resnet34", "stains": 1, "size": 256, "batch": 8}'
"""
import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

BLOCKS = {"resnet18": [2, 2, 2, 2], "resnet34": [3, 4, 6, 3]}


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after)
        self.conv2, self.bn2 = nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after)
        self.downsample = None
        if stride != 1 or before != after:
            self.downsample = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


class Trunk(nn.Module):
    """torchvision's ResNet up to the pooled features, written out so that the bench needs torch alone."""

    def __init__(self, backbone, stains):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(stains, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1))
        layers, before = [], 64
        for stage, depth in enumerate(BLOCKS[backbone]):
            for i in range(depth):
                layers.append(Block(before, 64 << stage, 2 if i == 0 and stage > 0 else 1))
                before = 64 << stage
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(self.stem(x)).mean((2, 3))


class Network(nn.Module):
    def __init__(self, fusion, backbone, stains):
        super().__init__()
        separate = fusion == "separate"
        self.branch = nn.ModuleList(Trunk(backbone, 1 if separate else stains) for _ in range(stains if separate else 1))
        self.fc = nn.Linear(512 * len(self.branch), 2)

    def forward(self, x):
        parts = [x] if len(self.branch) == 1 else [x[:, i : i + 1] for i in range(len(self.branch))]
        return self.fc(torch.cat([branch(part) for branch, part in zip(self.branch, parts)], 1))


def main():
    case = json.loads(sys.argv[1])
    torch.manual_seed(1)
    net = Network(case["fusion"], case["backbone"], case["stains"])
    x = torch.randn(case["batch"], case["stains"], case["size"], case["size"])
    labels = torch.arange(case["batch"]) % 2
    if case["kind"] == "step":
        net.train()
        optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)

        def run():
            optimizer.zero_grad()
            F.cross_entropy(net(x), labels).backward()
            optimizer.step()
    else:
        net.eval()

        def run():
            with torch.inference_mode():
                net(x)

    for _ in range(2):
        run()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            break
        begun = time.perf_counter()
        run()
        print(1000 * (time.perf_counter() - begun), flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


main()
