using System.Text;
using Microsoft.Bot.Schema;
using Microsoft.Bot.Schema.Teams;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Reads an activity, once, into the SDK's types. Texts that look like a time stay as people wrote them, nothing lies deeper than 64
/// levels, and of what nobody here uses nothing is read, so that no new or odd member of an activity can spoil it.
/// </summary>
internal static class ActivityJson
{
    private const int Deepest = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private static readonly JsonSerializerSettings Settings = new()
    {
        DateParseHandling = DateParseHandling.None,
        MaxDepth = Deepest,
        CheckAdditionalContent = true,
        ContractResolver = new UsedMembers(),
        Converters = [new TextOnly()],
    };

    /// <summary>The activity; null when the bytes are none, or too many.</summary>
    public static async Task<Activity?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        using var json = new JsonTextReader(new StreamReader(bytes, Utf8, detectEncodingFromByteOrderMarks: false));
        try
        {
            await body.CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            return JsonSerializer.Create(Settings).Deserialize<Activity>(json);
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A number or a truth value is no text, whatever the library would make of it.</summary>
    private sealed class TextOnly : JsonConverter<string>
    {
        public override bool CanWrite => false;

        public override string? ReadJson(
            JsonReader reader,
            Type objectType,
            string? existingValue,
            bool hasExistingValue,
            JsonSerializer serializer
        ) =>
            reader.TokenType is JsonToken.String or JsonToken.Null
                ? (string?)reader.Value
                : throw new JsonSerializationException($"'{reader.Path}' is no text.");

        public override void WriteJson(JsonWriter writer, string? value, JsonSerializer serializer) => throw new NotSupportedException();
    }

    /// <summary>Of attachments kind and name; one that is none, or a list that is none, spoils nothing.</summary>
    private sealed class KindsAndNames : JsonConverter<IList<Attachment>>
    {
        public override bool CanWrite => false;

        public override IList<Attachment> ReadJson(
            JsonReader reader,
            Type objectType,
            IList<Attachment>? existingValue,
            bool hasExistingValue,
            JsonSerializer serializer
        ) =>
            JToken.Load(reader) is JArray list
                ?
                [
                    .. list.OfType<JObject>()
                        .Select(one => new Attachment { ContentType = Text(one["contentType"]), Name = Text(one["name"]) }),
                ]
                : [];

        public override void WriteJson(JsonWriter writer, IList<Attachment>? value, JsonSerializer serializer) =>
            throw new NotSupportedException();

        private static string? Text(JToken? token) => token is JValue { Type: JTokenType.String } text ? (string?)text.Value : null;
    }

    private sealed class UsedMembers : DefaultContractResolver
    {
        private static readonly Dictionary<Type, string[]> Used = new()
        {
            [typeof(Activity)] =
            [
                nameof(Activity.Type),
                nameof(Activity.Id),
                nameof(Activity.Name),
                nameof(Activity.Text),
                nameof(Activity.ChannelId),
                nameof(Activity.ServiceUrl),
                nameof(Activity.ReplyToId),
                nameof(Activity.Action),
                nameof(Activity.From),
                nameof(Activity.Recipient),
                nameof(Activity.Conversation),
                nameof(Activity.Entities),
                nameof(Activity.ChannelData),
                nameof(Activity.Value),
                nameof(Activity.Attachments),
            ],
            [typeof(ChannelAccount)] = [nameof(ChannelAccount.Id), nameof(ChannelAccount.Name), nameof(ChannelAccount.AadObjectId)],
            [typeof(ConversationAccount)] =
            [
                nameof(ConversationAccount.Id),
                nameof(ConversationAccount.ConversationType),
                nameof(ConversationAccount.TenantId),
            ],
            [typeof(Mention)] = [nameof(Mention.Type), nameof(Mention.Text), nameof(Mention.Mentioned)],
            [typeof(TeamsChannelData)] = [nameof(TeamsChannelData.Tenant), nameof(TeamsChannelData.Team), nameof(TeamsChannelData.Channel)],
            [typeof(TenantInfo)] = [nameof(TenantInfo.Id)],
            [typeof(TeamInfo)] = [nameof(TeamInfo.Id)],
            [typeof(ChannelInfo)] = [nameof(ChannelInfo.Id)],
        };

        protected override IList<JsonProperty> CreateProperties(Type type, MemberSerialization memberSerialization)
        {
            var all = base.CreateProperties(type, memberSerialization);
            if (!Used.TryGetValue(type, out var names))
            {
                return all;
            }

            List<JsonProperty> used = [.. all.Where(property => names.Contains(property.UnderlyingName, StringComparer.Ordinal))];
            foreach (var property in used)
            {
                property.Converter = property.UnderlyingName == nameof(Activity.Attachments) ? new KindsAndNames() : property.Converter;

                // What the SDK would keep as it came and read again at every look.
                property.PropertyType = (type, property.UnderlyingName) switch
                {
                    (_, nameof(Activity.ChannelData)) => typeof(TeamsChannelData),
                    (_, nameof(Activity.Entities)) => typeof(Mention[]),
                    _ => property.PropertyType,
                };
            }

            return used;
        }

        protected override JsonObjectContract CreateObjectContract(Type objectType)
        {
            var contract = base.CreateObjectContract(objectType);
            contract.ExtensionDataSetter = null;
            return contract;
        }
    }
}
