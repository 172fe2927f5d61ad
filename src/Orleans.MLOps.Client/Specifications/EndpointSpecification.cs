using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Specifications;

/// <summary>
/// The plan of an endpoint as YAML: the fields of <see cref="DeployEndpoint"/> in snake_case, enums by their names in lower case (<c>durable</c>),
/// times such as <c>300ms</c>, <c>5m</c> or <c>1d</c>, bytes as base64. Whatever stands in the text must mean something: unknown and doubled fields
/// are refused with their line.
/// </summary>
public static class EndpointSpecification
{
    /// <summary>Longest text: 1 MiB.</summary>
    public const int MaximumLength = 1 << 20;

    /// <summary>Reads a specification. It gets an operation id of its own unless it names one, so that reading it again means a new command.</summary>
    /// <param name="yaml">The text, of one document.</param>
    /// <exception cref="InvalidInputException">The text is no YAML, or not of this form; the message says line and column.</exception>
    public static DeployEndpoint Parse(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        if (yaml.Length > MaximumLength)
        {
            throw new InvalidInputException($"The specification has {yaml.Length} characters; {MaximumLength} are allowed.", "specification");
        }

        var message = YamlMessageReader.Read<W.DeployEndpoint>(yaml);
        if (message.OperationId.Length == 0)
        {
            message.OperationId = Guid.NewGuid().ToString("N");
        }

        return RecordMapper<DeployEndpoint, W.DeployEndpoint>.ToRecord(message);
    }
}
