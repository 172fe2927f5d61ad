using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Server.Tests.Serving;

[ModelInput]
public sealed partial record Flight([Feature("distance")] double? Distance, [Feature("hour")] int Hour, [Feature("carrier")] string? Carrier);

[ModelOutput]
public sealed partial record Delay([Feature("probability")] double Probability, [Feature("model_version")] int Version);

[ModelInput(Tensors = true)]
public sealed partial record Pixels([Feature("input")] float[] Values);

[ModelOutput]
public sealed partial record Score([Feature("output")] double Value);
