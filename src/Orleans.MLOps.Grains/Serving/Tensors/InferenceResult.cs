using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>The outputs of one request and where its time went.</summary>
internal readonly record struct InferenceResult(Tensor[] Outputs, EngineTimes Times);
