"""Writes int8.txt beside this script: what TensorFlow Lite's reference kernels compute for single operators over int8.

    pip install ai-edge-litert==2.3.0 tflite-micro==0.dev20261023182759 numpy
    python tests/golden/int8.py

Each operator is a model of its own, run by the interpreter with `BUILTIN_REF` and by that of TensorFlow Lite Micro; where the two
disagree the script says so, and writes both. Images lie with their channels last, as there. The format is that of make.py.
"""

import pathlib
import warnings

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as fb
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro import runtime

warnings.filterwarnings("ignore")

INT8, INT32 = fb.TensorType.INT8, fb.TensorType.INT32
SAME, VALID = fb.Padding.SAME, fb.Padding.VALID


class Model:
    """A model of one operator."""

    def __init__(self):
        self.model = fb.ModelT()
        self.model.version = 3
        self.model.description = "one operator"
        empty = fb.BufferT()
        empty.data = []
        self.model.buffers = [empty]
        self.graph = fb.SubGraphT()
        self.graph.name = "main"
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []

    def tensor(self, shape, scales=None, zero_points=(0,), dimension=0, data=None, kind=INT8):
        tensor = fb.TensorT()
        tensor.name = f"tensor{len(self.graph.tensors)}"
        tensor.shape, tensor.type, tensor.buffer = list(shape), kind, 0
        if scales is not None:
            scales = np.atleast_1d(np.asarray(scales, np.float32))
            quantization = fb.QuantizationParametersT()
            quantization.scale = scales
            quantization.zeroPoint = np.resize(np.asarray(zero_points, np.int64), len(scales))
            quantization.quantizedDimension = dimension
            tensor.quantization = quantization
        if data is not None:
            buffer = fb.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, word, options, inputs, outputs, version):
        code = fb.OperatorCodeT()
        code.builtinCode = getattr(fb.BuiltinOperator, word)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = version
        self.model.operatorCodes = [code]
        operator = fb.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = 0, inputs, outputs
        if options is not None:
            operator.builtinOptions = options
            operator.builtinOptionsType = getattr(fb.BuiltinOptions, type(options).__name__[:-1])
        self.graph.operators = [operator]

    def run(self, name, inputs, outputs, *values):
        """The output of each of the two interpreters; both have `values` as inputs."""
        self.graph.inputs, self.graph.outputs = inputs, outputs
        self.model.subgraphs = [self.graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        content = bytes(builder.Output())
        interpreter = Interpreter(
            model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
        )
        interpreter.allocate_tensors()
        for at, value in zip(interpreter.get_input_details(), values):
            interpreter.set_tensor(at["index"], value)
        interpreter.invoke()
        desktop = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        micro = runtime.Interpreter.from_bytes(content, arena_size=1 << 20)
        for i, value in enumerate(values):
            micro.set_input(value, i)
        micro.invoke()
        micro = micro.get_output(0)
        differ = np.count_nonzero(desktop != micro)
        if differ:
            print(f"{name}: {differ} of {desktop.size} differ between the two, by {np.abs(desktop.astype(int) - micro).max()} at most")
        return desktop, micro


def options(kind, **settings):
    made = getattr(fb, kind + "OptionsT")()
    for name, value in settings.items():
        setattr(made, name, value)
    return made


golden = {}
generator = np.random.default_rng(18)


def keep(name, **arrays):
    for what, values in arrays.items():
        golden[f"{name}/{what}"] = np.asarray(values)


def keep_outputs(name, outputs):
    """As `y`, and where the micro interpreter gives something else, that as `micro`."""
    desktop, micro = outputs
    keep(name, y=desktop)
    if (desktop != micro).any():
        keep(name, micro=micro)


def integers(*shape, low=-128, high=127):
    return generator.integers(low, high, shape, np.int8, endpoint=True)


def scales(count):
    """Of weights: around 1/200, no two alike."""
    return (generator.uniform(0.002, 0.01, count)).astype(np.float32)


def fused(word):
    return getattr(fb.ActivationFunctionType, word)


def quantized(name, x, y):
    """Keeps the scales and zero points of input and output."""
    keep(name, input=[x[0], x[1]], output=[y[0], y[1]])


def dense(name, samples, inputs, outputs, x_at, y_at, each=True, activation="NONE"):
    model = Model()
    x, weight = integers(samples, inputs), integers(outputs, inputs, low=-127)
    scale = scales(outputs if each else 1)
    bias = generator.integers(-3000, 3000, outputs, np.int32)
    tensors = [
        model.tensor(x.shape, *x_at),
        model.tensor(weight.shape, scale, (0,), 0, weight),
        model.tensor(bias.shape, np.float32(x_at[0]) * scale, (0,), 0, bias, INT32),
    ]
    y = model.tensor([samples, outputs], *y_at)
    model.operator("FULLY_CONNECTED", options("FullyConnected", fusedActivationFunction=fused(activation)), tensors, [y], 4)
    quantized(name, x_at, y_at)
    keep(name, x=x, weight=weight, bias=bias, scale=scale)
    keep_outputs(name, model.run(name, tensors[:1], [y], x))


def conv(name, image, filters, kernel, x_at, y_at, stride=(1, 1), dilation=(1, 1), padding=VALID, depthwise=False, activation="NONE"):
    model = Model()
    height, width, channels = image
    x = integers(1, *image)
    shape = (1, *kernel, filters) if depthwise else (filters, *kernel, channels)
    weight, scale = integers(*shape, low=-127), scales(filters)
    bias = generator.integers(-3000, 3000, filters, np.int32)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
    if padding == SAME:
        out = [-(-size // s) for size, s in zip(image, stride)]
    else:
        out = [(size - r) // s + 1 for size, r, s in zip(image, reach, stride)]
    tensors = [
        model.tensor(x.shape, *x_at),
        model.tensor(weight.shape, scale, (0,), 3 if depthwise else 0, weight),
        model.tensor(bias.shape, np.float32(x_at[0]) * scale, (0,), 0, bias, INT32),
    ]
    y = model.tensor([1, *out, filters], *y_at)
    settings = dict(
        padding=padding, strideH=stride[0], strideW=stride[1], dilationHFactor=dilation[0], dilationWFactor=dilation[1],
        fusedActivationFunction=fused(activation),
    )
    if depthwise:
        model.operator("DEPTHWISE_CONV_2D", options("DepthwiseConv2D", depthMultiplier=filters // channels, **settings), tensors, [y], 3)
    else:
        model.operator("CONV_2D", options("Conv2D", **settings), tensors, [y], 3)
    quantized(name, x_at, y_at)
    keep(name, x=x[0], weight=weight, bias=bias, scale=scale)
    keep_outputs(name, [y[0] for y in model.run(name, tensors[:1], [y], x)])


def pool(name, word, image, window, stride, at, padding=VALID):
    model = Model()
    x = integers(1, *image)
    if padding == SAME:
        out = [-(-size // s) for size, s in zip(image, stride)]
    else:
        out = [(size - k) // s + 1 for size, k, s in zip(image, window, stride)]
    tensors = [model.tensor(x.shape, *at)]
    y = model.tensor([1, *out, image[2]], *at)
    settings = dict(padding=padding, strideH=stride[0], strideW=stride[1], filterHeight=window[0], filterWidth=window[1])
    model.operator(word, options("Pool2D", fusedActivationFunction=fused("NONE"), **settings), tensors, [y], 2)
    keep(name, x=x[0])
    keep_outputs(name, [y[0] for y in model.run(name, tensors, [y], x)])


def mean(name, image, x_at, y_at):
    model = Model()
    x = integers(1, *image)
    axes = np.array([1, 2], np.int32)
    tensors = [model.tensor(x.shape, *x_at), model.tensor(axes.shape, data=axes, kind=INT32)]
    y = model.tensor([1, image[2]], *y_at)
    model.operator("MEAN", options("Reducer", keepDims=False), tensors, [y], 2)
    quantized(name, x_at, y_at)
    keep(name, x=x[0])
    keep_outputs(name, model.run(name, tensors[:1], [y], x))


def add(name, count, a_at, b_at, y_at, activation="NONE"):
    model = Model()
    a, b = integers(1, count), integers(1, count)
    tensors = [model.tensor(a.shape, *a_at), model.tensor(b.shape, *b_at)]
    y = model.tensor(a.shape, *y_at)
    model.operator("ADD", options("Add", fusedActivationFunction=fused(activation), potScaleInt16=False), tensors, [y], 2)
    quantized(name, a_at, y_at)
    keep(name, other=b_at, a=a, b=b)
    keep_outputs(name, model.run(name, tensors, [y], a, b))


def each(name, word, x_at, y_at, made=None, version=2, rows=1):
    """An operator over each number, of all 256, or over rows of them."""
    model = Model()
    x = np.arange(-128, 128).astype(np.int8).reshape(1, 256) if rows == 1 else integers(rows, 12)
    tensors = [model.tensor(x.shape, *x_at)]
    y = model.tensor(x.shape, *y_at)
    model.operator(word, made, tensors, [y], version)
    quantized(name, x_at, y_at)
    keep(name, x=x)
    keep_outputs(name, model.run(name, tensors, [y], x))


def write(path):
    with open(path, "w") as file:
        file.write("# written by int8.py with ai-edge-litert 2.3.0 and tflite-micro 0.dev20261023182759; not to be edited\n")
        for name, values in golden.items():
            file.write(" ".join([name, *map(str, values.shape)]) + "\n")
            rows = values.reshape(-1, values.shape[-1]) if values.size else []
            for row in rows:
                number = (lambda v: repr(float(np.float32(v)))) if values.dtype.kind == "f" else str
                file.write(" ".join(map(number, row)) + "\n")


def every():
    dense("dense/tensor", 4, 33, 7, (0.021, -11), (0.043, 5), each=False)
    dense("dense/channel", 4, 64, 10, (0.021, -128), (0.051, -7))
    dense("dense/relu", 4, 64, 10, (0.013, 3), (0.019, -128), activation="RELU")
    dense("dense/relu6", 4, 64, 10, (0.013, 3), (0.0236, -128), activation="RELU6")
    dense("dense/large", 2, 16, 6, (0.9, 3), (0.0004, 17))
    conv("conv/plain", (7, 6, 3), 5, (3, 2), (0.02, -4), (0.05, 9))
    conv("conv/same", (7, 6, 4), 6, (3, 3), (0.02, -128), (0.04, -128), padding=SAME, activation="RELU")
    conv("conv/stride", (9, 8, 1), 5, (4, 3), (0.02, 83), (0.03, -20), stride=(2, 2), padding=SAME)
    conv("conv/dilation", (9, 8, 2), 3, (3, 3), (0.02, 1), (0.03, -20), dilation=(2, 2))
    conv("conv/pointwise", (5, 5, 8), 6, (1, 1), (0.02, -7), (0.03, 8))
    conv("depthwise/same", (6, 7, 8), 8, (3, 3), (0.02, -9), (0.02, -128), padding=SAME, depthwise=True, activation="RELU6")
    conv("depthwise/stride", (7, 7, 5), 5, (3, 3), (0.02, -128), (0.02, 4), stride=(2, 2), padding=SAME, depthwise=True)
    conv("depthwise/several", (5, 5, 2), 6, (3, 3), (0.02, -3), (0.02, 4), depthwise=True)
    pool("average/window", "AVERAGE_POOL_2D", (6, 6, 3), (2, 2), (2, 2), (0.05, -3))
    pool("average/odd", "AVERAGE_POOL_2D", (7, 7, 2), (3, 3), (2, 2), (0.05, -3))
    pool("average/whole", "AVERAGE_POOL_2D", (5, 5, 6), (5, 5), (5, 5), (0.05, -100))
    pool("max/window", "MAX_POOL_2D", (6, 6, 3), (2, 2), (2, 2), (0.05, -3))
    pool("max/same", "MAX_POOL_2D", (7, 7, 2), (3, 3), (2, 2), (0.05, -3), SAME)
    mean("mean/other", (5, 4, 6), (0.05, -100), (0.02, 11))
    mean("mean/same", (5, 4, 6), (0.05, -100), (0.05, -100))
    add("add/plain", 256, (0.03, -4), (0.05, 12), (0.06, -1))
    add("add/relu", 256, (0.01, 100), (0.07, -128), (0.05, -128), activation="RELU")
    each("softmax", "SOFTMAX", (0.12, 20), (1 / 256, -128), options("Softmax", beta=1.0), rows=6)
    each("softmax/steep", "SOFTMAX", (0.9, -20), (1 / 256, -128), options("Softmax", beta=1.0), rows=6)
    each("softmax/flat", "SOFTMAX", (0.003, -20), (1 / 256, -128), options("Softmax", beta=1.0), rows=6)
    each("logistic", "LOGISTIC", (0.06, 7), (1 / 256, -128))
    each("logistic/wide", "LOGISTIC", (0.2, -30), (1 / 256, -128))
    each("tanh", "TANH", (0.03, 7), (1 / 128, 0))
    each("tanh/wide", "TANH", (0.1, -30), (1 / 128, 0))
    each("leaky_relu", "LEAKY_RELU", (0.05, -9), (0.04, -98), options("LeakyRelu", alpha=0.01))


if __name__ == "__main__":
    every()
    write(pathlib.Path(__file__).parent / "int8.txt")
