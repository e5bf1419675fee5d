using System.Security.Claims;
using System.Text.Json;
using Microsoft.Bot.Connector;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Rest;
using Refit;
using Sdk = Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>How a call gets to the connector: the SDK's client over the client whose rules <see cref="ConnectorCalls"/> says.</summary>
internal sealed class Wire(BotFrameworkAuthentication authentication, IOptions<ChannelOptions> options)
{
    public IConnector To(Uri service)
    {
        var bot = new ClaimsIdentity([new Claim(AuthenticationConstants.AudienceClaim, options.Value.AppId)]);
        return new Connector(authentication.CreateConnectorFactory(bot), service);
    }

    private sealed class Connector(ConnectorFactory factory, Uri service) : IConnector
    {
        private static readonly RefitSettings Settings = new();

        public Task<IApiResponse<ConversationCreated>> CreateAsync(NewConversation conversation, Delivery delivery, CancellationToken token) =>
            CallAsync<ConversationCreated>(delivery, async api =>
                (await api.CreateConversationWithHttpMessagesAsync(Dialect.ToSdk<Sdk.ConversationParameters>(conversation), cancellationToken: token)).Body, token);

        public Task<IApiResponse<ActivityCreated>> SendAsync(string conversation, Activity activity, Delivery delivery, CancellationToken token) =>
            CallAsync<ActivityCreated>(delivery, async api =>
                (await api.SendToConversationWithHttpMessagesAsync(conversation, Dialect.ToSdk<Sdk.Activity>(activity), cancellationToken: token)).Body, token);

        public async Task<IApiResponse> EditAsync(string conversation, string activity, Activity changed, Delivery delivery, CancellationToken token) =>
            await CallAsync<ActivityCreated>(delivery, async api =>
                (await api.UpdateActivityWithHttpMessagesAsync(conversation, activity, Dialect.ToSdk<Sdk.Activity>(changed), cancellationToken: token)).Body, token);

        public async Task<IApiResponse> DeleteAsync(string conversation, string activity, Delivery delivery, CancellationToken token) =>
            await CallAsync<ActivityCreated>(delivery, async api =>
            {
                await api.DeleteActivityWithHttpMessagesAsync(conversation, activity, cancellationToken: token);
                return null;
            }, token);

        public Task<IApiResponse<MemberPage>> MembersAsync(string conversation, int pageSize, string? continuationToken, Delivery delivery, CancellationToken token) =>
            CallAsync<MemberPage>(delivery, async api =>
                (await api.GetConversationPagedMembersWithHttpMessagesAsync(conversation, pageSize, continuationToken, cancellationToken: token)).Body, token);

        private async Task<IApiResponse<T>> CallAsync<T>(Delivery delivery, Func<IConversations, Task<object?>> call, CancellationToken token)
            where T : class
        {
            DeliveryHandler.Under(delivery);
            using var client = await factory.CreateAsync(service.AbsoluteUri, AuthenticationConstants.ToChannelFromBotOAuthScope, token);
            try
            {
                var body = await call(client.Conversations);
                return Answer(System.Net.HttpStatusCode.OK, body is null ? null : Dialect.FromSdk<T>(body));
            }
            catch (HttpOperationException refused)
            {
                return Answer<T>(refused.Response.StatusCode, null);
            }
            catch (Sdk.ErrorResponseException refused)
            {
                return Answer<T>(refused.Response.StatusCode, null);
            }
            catch (SerializationException unreadable)
            {
                throw new JsonException("The connector's answer is not in valid JSON.", unreadable);
            }
        }

        private static ApiResponse<T> Answer<T>(System.Net.HttpStatusCode status, T? body)
            where T : class => new(new HttpResponseMessage(status) { RequestMessage = new HttpRequestMessage() }, body, Settings);
    }
}
